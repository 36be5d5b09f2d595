import { CLAIMS, sealed, token } from './support/forge.js'
import { accepts, refuses, type Tokens } from './support/tables.js'

const HEADER = '{"alg":"ES256"}'
const BODY = JSON.stringify(CLAIMS)
const inside = BODY.slice(1, -1)
const claims = (text: string | Buffer) => sealed(HEADER, text)
const header = (text: string) => sealed(text, BODY)

/** Texts that are no JSON object, made of the members of one. */
const noObject = (members: string): Readonly<Record<string, string>> => ({
  'nothing but a space': ' ',
  'a list': `[{${members}}]`,
  'an empty list': '[]',
  null: 'null',
  true: 'true',
  'a number': '1',
  'a string': '"text"',
  'a string of an object': JSON.stringify(`{${members}}`),
  'two objects': `{${members}}{}`,
  'something behind': `{${members}}x`,
  'a NUL behind': `{${members}}\0`,
  'a NUL in front': `\0{${members}}`,
  'a semicolon behind': `{${members}};`,
  'a comma behind': `{${members}},`,
  'a comma too many': `{${members},}`,
  'a comma in front': `{,${members}}`,
  'no end': `{${members}`,
  'no beginning': `${members}}`,
  'a comment': `{/* */${members}}`,
  'a comment to the end of the line': `{${members}//\n}`,
  'a comment with a hash': `{${members}#\n}`,
  'single quotation marks': `{${members.replaceAll('"', "'")}}`,
  'typographic quotation marks': `{${members.replaceAll('"', '”')}}`,
  'names without quotation marks': `{${members.replaceAll(/"(\w+)":/g, '$1:')}}`,
  'a line feed in a string': `{${members},"x":"a\nb"}`,
  'a tabulator in a string': `{${members},"x":"a\tb"}`,
  'an escape that is none': `{${members},"x":"\\x41"}`,
  'half an escape': `{${members},"x":"\\u00e"}`,
  'a no-break space': `{${members}\u00a0}`,
  'a vertical tabulator': `{\v${members}}`,
  'a form feed': `{${members}\f}`,
  'a line separator': `{${members}\u2028}`,
  'Python’s words': `{${members},"x":None}`,
  'in capitals': `{${members},"x":True}`,
  'a name without a value': `{${members},"x"}`,
  'a value without a name': `{${members},1}`,
  'two colons': `{${members},"x"::1}`,
  'an equals sign': `{${members},"x"=1}`,
  'a function call': `callback({${members}})`,
  'brackets that do not match': `{${members},"x":[}]}`,
})

const tokens = (texts: Readonly<Record<string, string>>, make: (text: string) => string): Tokens =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, make(text)]))

refuses(
  'attack 22: a header that is no JSON object',
  'token_malformed',
  tokens(noObject('"alg":"ES256"'), header),
)
refuses('attack 23: claims that are no JSON object', 'token_malformed', tokens(noObject(inside), claims))
refuses(
  'attack 23: numbers that are none',
  'token_malformed',
  tokens(
    Object.fromEntries(
      [
        'NaN',
        'Infinity',
        '-Infinity',
        '0x10',
        '010',
        '+1',
        '.5',
        '5.',
        '1e',
        '1e+',
        '--1',
        '1_000',
        '1n',
        '0b1',
        '-',
        '1,5',
        '- 1',
        '00',
        '1.2.3',
        '1e1.5',
        '٣',
      ].map((text) => [text, `{${inside},"x":${text}}`]),
    ),
    claims,
  ),
)

const twice = (name: string, again: string) =>
  `{${inside},${again}:${JSON.stringify((CLAIMS as Record<string, unknown>)[name] ?? 1)}}`
refuses('attack 24: claims that say something twice', 'token_malformed', {
  ...tokens(
    Object.fromEntries(
      ['iss', 'aud', 'exp', 'sub', 'iat'].flatMap((name) => [
        [`${name}, the same`, twice(name, `"${name}"`)],
        [
          `${name}, through an escape`,
          twice(name, `"\\u00${name.charCodeAt(0).toString(16)}${name.slice(1)}"`),
        ],
        [`${name}, another value last`, `{${inside},"${name}":"x"}`],
        [`${name}, another value first`, `{"${name}":"x",${inside}}`],
      ]),
    ),
    claims,
  ),
  'a claim of one’s own': claims(`{${inside},"role":"user","role":"admin"}`),
  'three times': claims(`{${inside},"x":1,"x":1,"x":1}`),
  'an empty name': claims(`{${inside},"":1,"":2}`),
  'a name like a number': claims(`{${inside},"1":1,"1":2}`),
  'a name with a surrogate': claims(`{${inside},"\\ud800":1,"\\ud800":2}`),
  'a name in two spellings of one letter': claims(`{${inside},"é":1,"\\u00e9":2}`),
  'within an object': claims(`{${inside},"a":{"b":1,"b":2}}`),
  'within a confirmation': claims(`{${inside},"cnf":{"jkt":"a","jkt":"b"}}`),
  'within a list': claims(`{${inside},"a":[{"b":1,"b":2}]}`),
  'deep inside': claims(`{${inside},"a":{"a":{"a":[[{"b":1,"b":2}]]}}}`),
  'an object that hides others': claims(`{${inside},"a":{"b":1,"c":2},"a":{"d":3}}`),
  'with colons in strings to make up for it': claims(`{${inside},"x":":::","x":1}`),
})
refuses('attack 24: a header that says something twice', 'token_malformed', {
  alg: header('{"alg":"ES256","alg":"ES256"}'),
  'alg, none first': header('{"alg":"none","alg":"ES256"}'),
  'alg, none last': header('{"alg":"ES256","alg":"none"}'),
  'alg, through an escape': header('{"alg":"ES256","\\u0061lg":"ES256"}'),
  kid: header('{"alg":"ES256","kid":"a","kid":"a"}'),
  typ: header('{"alg":"ES256","typ":"JWT","typ":"JWT"}'),
  'crit, to hide it': header('{"alg":"ES256","crit":["x"],"crit":[]}'),
  'within a key': header('{"alg":"ES256","jwk":{"kty":"EC","kty":"EC"}}'),
})
accepts('names that look alike and are not the same', {
  'other names': claims(`{${inside},"Sub":"x","sub ":"y","SUB":"z"}`),
  'composed and decomposed': claims(`{${inside},"\u00e9":1,"e\u0301":2}`),
  'the same in different objects': claims(`{${inside},"a":{"x":1},"b":{"x":1},"c":[{"x":1},{"x":2}]}`),
  'colons and quotation marks in strings': claims(`{${inside},"a":":\\":{}[]\\\\","b\\"c:":1}`),
})

const nested = (depth: number, open = '[', close = ']') => open.repeat(depth) + close.repeat(depth)
const objects = (depth: number) => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth)
refuses('attack 25: nesting without end', 'token_malformed', {
  '32 lists in the claims': claims(`{${inside},"x":${nested(32)}}`),
  '32 objects in the claims': claims(`{${inside},"x":${objects(32)}}`),
  '5,000 lists': claims(`{${inside},"x":${nested(5000)}}`),
  '5,000 lists that nobody closes': claims(`{${inside},"x":${'['.repeat(5000)}`),
  '33 lists in the header': header(`{"alg":"ES256","x":${nested(32)}}`),
  '2,000 objects in the header': header(`{"alg":"ES256","x":${objects(1500)}}`),
  'lists that close too early': claims(`{${inside},"x":${nested(10, ']', '[')}}`),
})
accepts('attack 25: nesting up to the limit', {
  '31 lists below the object': claims(`{${inside},"x":${nested(31)}}`),
  '31 objects': claims(`{${inside},"x":${objects(31)}}`),
  'brackets in a string': claims(`{${inside},"x":"${'['.repeat(500)}"}`),
  'many side by side': claims(`{${inside},"x":[${Array.from({ length: 500 }, () => '[[]]').join()}]}`),
})

refuses('attacks 25 to 27 and 29: more than fits', 'token_too_long', {
  'a header of 64 KiB': header(`{"alg":"ES256","x":"${'x'.repeat(65_536)}"}`),
  'a key id of 20 kB': header(`{"alg":"ES256","kid":"${'k'.repeat(20_000)}"}`),
  '20,000 claims': claims(
    JSON.stringify({
      ...CLAIMS,
      ...Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`c${index}`, index])),
    }),
  ),
  'a payload of 300 kB': claims(`{${inside},"x":"${'x'.repeat(300_000)}"}`),
  'a million nested lists': claims(`{${inside},"x":${nested(1_000_000)}}`),
  'a hundred thousand escapes': claims(`{${inside},"x":"${'\\u0041'.repeat(100_000)}"}`),
  'a hundred thousand audiences (attack 118)': token({ aud: Array.from({ length: 100_000 }, () => 'a') }),
})
refuses('attack 26: a key id that is too long', 'token_malformed', {
  '257 characters': token({}, { kid: 'k'.repeat(257) }),
  '8 kB': token({}, { kid: 'k'.repeat(8000) }),
})
accepts('attack 26: one of up to 256 characters', { '256': token({}, { kid: 'k'.repeat(256) }) })

refuses('attack 28: numbers that are not finite', 'token_malformed', {
  ...tokens(
    Object.fromEntries(
      ['1e400', '-1e400', '1E999', '9'.repeat(400), `${'9'.repeat(308)}9.5`].map((text) => [
        text.slice(0, 20),
        `{${inside},"x":${text}}`,
      ]),
    ),
    claims,
  ),
  'within a list': claims(`{${inside},"x":[[1e400]]}`),
  'in the header': header('{"alg":"ES256","x":1e400}'),
})
accepts('attack 28: numbers that are', {
  '-0': claims(`{${inside},"x":-0}`),
  '2^53 + 1, which is no text': claims(`{${inside},"x":9007199254740993}`),
  'almost nothing': claims(`{${inside},"x":1e-400}`),
  'the largest': claims(`{${inside},"x":1.7976931348623157e308}`),
})

import { createPrivateKey } from 'node:crypto'
import { ALGORITHMS, type TestAlgorithm } from './algorithms.js'
import { generateQuickly, signingKey, type SigningKey } from './signing-key.js'

/**
 * A test key, and no secret: the private RSA key of the attacker in every test, whom nobody trusts. It is fixed
 * because an RSA key takes long to make.
 */
const STRANGER_RSA = {
  kty: 'RSA',
  n: 'nLk-F95us0U67bUFIp7CNLfl2O3cMYpXhUw1948LG2MxtZau9Ki5IyJKbFtEBrBW5UEdTNooUHCR6KzrWslzIMmnMRIiStRJP5a6g3z3X5-NZltHhLp-In8IPi_9NJEJJTPjOGqYFgaRvLejsvDgNfPqR9L36OX_UJOaKIUDIfJq1cPZg6yZW8BX5DH1N2A5-b0Nf6aRlJO6KFtuiz64iSl0HayqObkfXIrLWHb1BzUYWCLM1mVteeK9z964EmZT8jfwEjUa8K_KilIvPvaOaGvpjQqfaqrtZTYZoU4Xfv9N571IT01400XM6q20vv1oDiRqaGBY4SHUOfNkadqnYQ',
  e: 'AQAB',
  d: 'A-aWauNV5QS0Q_CtToseBqWMb9BHxTyOE3AYqG85Kwwr02W14rqvqktdsoG5A-Oas2e3UiTckQKkQbggFCk5wiyoCnrK5grk7H4UvqtlwCMJUsKzLn9dHqsDv6x-bwhXGRkdWYJJrm6pF5szKgPVyMdSjZ7CHdwE9Uf0iSKlDSYLU04dJfvtbJkx3zXrhaUIHpbURdtD_KQQTCZ-tU8Z5VVYHC1aMA9NcLPBooK44ljKytbro70XGXuD6qmeoXlVN49yBkLU6PWxUWktbpxVcfaz8sYfSosRRLf0oUsihEpaJaKdL8FJfdJIm6M4gvXJDLuJjJnzF8ZWG9HHO29BGQ',
  p: '0Va6jrERLBDwgBs8P67ysXIqMAZJPBsPDr-uW0rri6Md-ZGuv1ZkoB9el-BuzIx38YM0SbB28YNxypRgLgYCV6vrMXUUsAhqAVijfBVih9SwZ2fXBIGdqLN2nVXUOxk5-RUuS13rvaNvuZJQCuhW1y_I2-Mrc8mYU3iyipJ-IQU',
  q: 'v6gw5shKEQF5h2s-yCWLn_k8C4ipFVofKdGmsFsPrxfPdPjWcQJutNxBd1tpiBKvKXP1vCVR7tVcTUN3bkfuELGmPbSB7kZsFrUmIcMNhFHzPKY_95yJx55HL7hM7TPAthpYWPv6w55b_C6sDySUGO9ssp8g6BCXJiylasVQq60',
  dp: 'gP-BzKZeX5o8qaSe1tt24FPqnVdyT6CZAcyqo8UiKxUkRoM4fN2--lD6WHrLrC6vRttEIFimoyMNvvj538KCNQZS01JDoko9EIFPlQoUgoFVBxOdE0DQJ4IXiNK4Cob8C3q64WSJ_X02PtNjkaUkxkvC6YUuZJaI0H8i_nNRWAU',
  dq: 'RiaV36MoGRllFkAW9sNnW-KqK76VxQ77oR7v2FU8ZGZetP3v3-V4CBMmkz2OXxQXsSCUrY0rdDP8WPt814zUgp_DrYpIlKKKJbWgg3MVm30zftuLRmKxu7Mfc0QORDRRMVZrSAbTPo7UNHYQ3GoTGx1nt-mu7cJE0OA-m9olMPE',
  qi: 'm1GpY2lTIgRFE4Dj4YU8q8E0XEdjmcpcIHPhxTPurS829Of0WWVSVvfwG16pTGYNpHM2FG0qk-xCfgHp3Z9ElVcoIeSzbWyQJxOTxaxMTZzTV3kCHJJh7kgIaGfIz6lpmA9RSZJXmP1ryh6owbxVk6mgb-Dzw2nk5CnPnkJoipw',
}

const known = new Map<TestAlgorithm, SigningKey>()

/** The attacker's key for an algorithm: sound, and trusted by nobody. */
export function strangerKey(algorithm: TestAlgorithm): SigningKey {
  const before = known.get(algorithm)
  if (before !== undefined) return before
  const { keyType, curve, secretLength } = ALGORITHMS[algorithm]
  const material =
    keyType === 'RSA'
      ? createPrivateKey({ format: 'jwk', key: STRANGER_RSA })
      : generateQuickly(curve, secretLength)
  const key = signingKey('stranger', algorithm, material)
  known.set(algorithm, key)
  return key
}

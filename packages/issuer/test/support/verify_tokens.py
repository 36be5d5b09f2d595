"""Verifies tokens by the library that is named, and says of each who it is about, or that it was refused.

Reads {"library", "issuer", "audience", "tokens": [{"algorithm", "jwk", "token"}]}, writes a list of subjects.
"""
import json
import sys


def by_pyjwt(case, issuer, audience):
    import jwt

    key = jwt.PyJWK(case["jwk"], algorithm=case["algorithm"]).key
    options = {"require": ["exp", "iat", "sub", "jti"]}
    claims = jwt.decode(
        case["token"], key, algorithms=[case["algorithm"]], audience=audience, issuer=issuer, options=options
    )
    assert jwt.get_unverified_header(case["token"])["typ"] == "at+jwt"
    return claims["sub"]


def by_authlib(case, issuer, audience):
    from authlib.jose import JsonWebKey, JsonWebToken

    options = {
        "iss": {"essential": True, "value": issuer},
        "aud": {"essential": True, "value": audience},
        "exp": {"essential": True},
    }
    claims = JsonWebToken([case["algorithm"]]).decode(
        case["token"], JsonWebKey.import_key(case["jwk"]), claims_options=options
    )
    claims.validate()
    return claims["sub"]


def subject(verify, case, issuer, audience):
    try:
        return verify(case, issuer, audience)
    except Exception as error:
        return "refused: " + type(error).__name__


request = json.load(sys.stdin)
verify = {"PyJWT": by_pyjwt, "authlib": by_authlib}[request["library"]]
answers = [subject(verify, case, request["issuer"], request["audience"]) for case in request["tokens"]]
json.dump(answers, sys.stdout)

"""Judges tokens with Debian's python3-jwt: lines in and out as read-with-jose.mjs has them."""
import json
import sys

import jwt

first = json.loads(sys.stdin.readline())
keys = {key.key_id: key.key for key in jwt.PyJWKSet.from_dict(first["jwks"]).keys}
for line in iter(sys.stdin.readline, ""):
    token = line.rstrip("\n")
    try:
        kid = jwt.get_unverified_header(token).get("kid")
        claims = jwt.decode(
            token, keys.get(kid, ""), algorithms=["RS256"], audience=first["audience"], issuer=first["issuer"],
            options={"require": ["exp", "iat", "nbf", "iss", "aud", "sub"]})
        print("sub", claims["sub"], flush=True)
    except (jwt.PyJWTError, TypeError, ValueError) as error:
        print("refused", type(error).__name__, flush=True)

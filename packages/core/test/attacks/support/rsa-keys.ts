import { createPrivateKey, type KeyObject } from 'node:crypto'

/** Test keys, and no secrets: private RSA keys, fixed because they take long to make. */
const ISSUER = [
  'MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQC0lWEYV2+/j2T58+LriIKIpI0URgfjM6wWmvRPp3y9x5hz',
  'CMwwqyn6hiZbiz8M+V/2BBs18IgT5Ea7oELDhCrkuitSSGJ4pIrkemle9Pww2giGPaP+ShJ3n43M9by2LvNvmQ1jrhXl7Zpt',
  'wTXs2nU6+PiZM2j6b5BpcdU4K+wiKXtjfMtv0sGd6jEkTVLbjYqCU6qmkt/XymVhaWH8TxxG4EwVX4W3DIJOPvpaxAcOzAts',
  'NVOE9TBnCOPRVApnQ+bsP0pSvKGK62pLQtcdl+nMSywNVc0pLCsAcAXpXC8ZztG0K1NCaMEH8emHBiCDKoTal4B6DJwoSDNr',
  'C4wypTixAgMBAAECggEADwJHYqWJxSse4mNx3c+nwcGjdCbp6ulViT9xxNkP1horwovdpMHlKExUDdHB+MsVPbZTqKUIOlcD',
  'xf5o7iUjB4WtqhYYERzj6l9+OIU2HL1Sbg3bfnwbktOxDnLyL1Yxp3naEgnbChQ4fJzNZZU2nyMoTltmg0IYh5sNdLC53JDg',
  'ObiNoJBPcPHLM/7dGXyXbznycajAuNymQYb8L0rBy5FRscIwtTMSFDbJNkNN+9D83wO0G1rloIfet4WnuWQArP/tjvGXmVjR',
  'fXo4Il5V9HBN+M3FBZEUHP/xy249XuOWUAG6ndTHwYigAiQ2VFuGI8sZzKlsAKrEqCecURw+wQKBgQDnMLhod68RsBDp+Pl2',
  'IY6gFOw+7WnKayHG6CWgJQwxPgsGdWl3MVb1LWYf4YNXR0MigUv+zePLkjDmFhE/fmZuQ+rffKbh0GSL/0tSAtJm9RivS8IW',
  '5q/2PDgA3B4YFY+UfAoR+tBBADv70l13hVUuvyjON46FxkIj6+g1sBvraQKBgQDH9mJ5AYrBHlcJ5K+ZOG+TEOSv16c1luSJ',
  'UO3DhRBkCjzYEWur8s2B4eAqRkg95ZFuZJArWpM0QxQXI6By4SuUVuZ2Q01SjefhboY5pQTBc/i1AhIlTQ4aobglmpyo8L6k',
  'ZlPLwenrsEacaNcSheaDrj5yuqgqrphB1eJpOnYiCQKBgQDJi0qoH/ZqOBB2uItZNaXt3m+Z6ET6puyaR5VNiB6Z6xmXdtIL',
  'i+Lf+MT39BQZCVH4ibljl8AHnxmr6/77WEkZxXHDhRrC73ZIKbZS94zPHsp3P1cjudYalqLH9RzzKBC0hHIO/JWCpR6lyN2c',
  'rYr2JsX/CKXh71WHlUgpTa75SQKBgQCeZZO3mvsY4zm7QoW+76+iZb1hdYiksLSz+YF+YceMF3f/CD2sZZdZDV4O3sGXFmTP',
  'd6WkUglNWt1tPvF4TtnAld3VTJbRkEtgjbaRryBHReB7MfrBxXooqnY+g20Zfirl+5DhVOhBpM8qUvobWCozoTEinK1dshQ2',
  'AoFpLcAqUQKBgDXLxsqelTHCx0O7PqQA9V2yAqbEI5EGsGj7mBiVwtwSCrMYiy8R+OGy8pVB23NdNpG9QcudRKBR/fyMpv5u',
  'C0DYDkH8HLyj86+cArBHW9QYh6r1v+lW0u5tm7VTAtAx1ZN40lhCBXicyfyjurHatu8p2eiZyZjjLQn4ULP6yVz4',
]
const STRANGER = [
  'MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQCRxndyCmwmXPH17XPezPQs5Z2nZLjGnYHYCj/oDEAG0bMi',
  'IgqRHjUOMpUHMm19Nfh4sLz6ijDtixpLVoawNm/ovgZTAO7LGy/GL3MOZGYUktUP/iwHZZIOOvbQfe6HgvHCxySjUlVs+m73',
  'fd/eBFHAWGTw24vCaiUTfY/MEE00wu/ZRfFGwGSZanRuuq422bEm/1c5KtgJbxE9g1oVwQ2wwp4vrNIQJxNTzCR1XSGXJsVf',
  'doT2LyZFBdy8mBYa578dH4YAs3AzIOmDITFk9TUp2IYlxHb1fn63LstIiptikGwcnKqnreHGLk0gNjVt62jmArc/Mn6yaHK/',
  'BP0L7Er/AgMBAAECggEAA2rT+VVrNvRY1mYMSv3M/5HGbK/SG73XgblZHtcirRuUsnPP1u+5WK2GNtakyxmiddnWzvIXDDUw',
  'QZyJUxouQhYqTx8neerCPPLMegWP1bhMzFouAre2gSTlYk/WxqXNhb5mCnoZ9zsLsjuTgus2VhGnFB+2xVui+4j8VPv7g1rB',
  'dPo3dJLH6wl1uS4/McBQPR7QWr3WuTjBQAqK/ECQZ/xEeAQolgbDV91a4EEhmTtYMvt5Ic6drunQDPuNCWzuROcbiqpUaOXJ',
  'hbWjVMJ+T/Bk8C/XHv0+4s7r7uGjnSrdPOuqT/GuPmkuEyDIoM6xOCJ4s487TnzOB1vUg6b+aQKBgQDIqsxIG+ty3fwfgO4a',
  '7MnJGA/6HPjpcER2nxmjukBUQWP7SrHq+z8P7yo2LktzTIqw8uqxm0PF1LAKVUpSDYgrWzwtlev6nLQ2fUpKvtqfLUwT2TxP',
  'iarI+6hR8ZAO05nURqReiStjVG1XZH9Kn+s0LyDJcCMyop1iy3/tAGxCzQKBgQC5+NGuQbteLvQ7RayFEguTZK93EUa9J45I',
  'D0GbAjVaa2zHnfJN3KNa/d8u1CX6jDdOvuqQUq95gwa74xDGnHV05yaI1VU/1tJ/AcIQvXYcDVDsnre0FfOAZtp/tFzx9SOg',
  'ex3qws8AZqFGVMKtcRQkPy6pbfsaAhxnLs7mshn8+wKBgAdOQJW3foD2GAHFneWZDVem6p3+hAlrrvJqpHJTi5gFsXAqrgOS',
  'Fh+sY2sJkHGoLbx3e5fvwS3oqmgV5tjJ6VU6wxwdwzOilOUO9q9191uoOIbYd9uldXRPxTcGhmojxgv2bnGKqOu63Sg7Xm8H',
  'F3cU6CqtTHrBdN1t70BfrZFZAoGBAKm7ZHQsXfvZ0uJ99rUFATem/1YmmG9vOLaf5fq5i0RZI1EU4N8bbqRPbHDrAzam3puq',
  'N589OBYo9e5pkRgUGEd36H2eZ036nOd6DUsGAFQd+yvauENOfY1FUkqXrPTQDZIci/OFlTQCd1MfbQarW/yxBb9xN2pHXvD1',
  'kbSP/JQdAoGBAJceeMPc4J9pawUQIfWV1nKNqDWUGTenXzle8EdoW6SsbEmcSCbcKJS3XHCDDPaPkRkms+yAJwe/LkrK6lD8',
  'TMdDYnmK+eyytgl9ukDxD1EknDZKZiJTetK5FVj4TY7olNnnGjrYy2IF80gTK6U1N1p9jwM81FLLgw0xa9qbq6IA',
]

/** The issuer's key, or one that nobody trusts. */
export function rsaKey(owner: string): KeyObject {
  const key = Buffer.from((owner === 'issuer' ? ISSUER : STRANGER).join(''), 'base64')
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' })
}

import { readFile } from 'node:fs/promises'
import type { TlsOptions } from '@moorage/engine-api'

/** `ca.pem`, `cert.pem` and `key.pem` of a folder, as Docker's own client keeps them; `undefined` when none is there. */
export async function readTls(folder: string, verify: boolean): Promise<TlsOptions | undefined> {
  const [ca, cert, key] = await Promise.all(['ca.pem', 'cert.pem', 'key.pem'].map((name) => read(`${folder}/${name}`)))
  if (ca === undefined && cert === undefined && key === undefined) return undefined
  return { verify, ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) }
}

async function read(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined)
}

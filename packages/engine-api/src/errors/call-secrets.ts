import { AsyncLocalStorage } from 'node:async_hooks'
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'

/** Shorter values are left in texts: they are flags and numbers, and would be found everywhere. */
const shortestValue = 8
/** The same for what is a secret by its field. */
const shortestSecret = 4
/** Parts of a value that can appear by themselves: a line of a key, what stands before a slash. */
const shortestPart = 16
const separators = /[\s/\\,;:=?&@"'`|]+/

/** Longer contents are not searched for. */
const longestContentBytes = 64 * 1024

/** A secret, and what stands in its place in a text. */
export interface SecretForm {
  readonly text: string
  readonly placeholder: string
}

/** The secrets that one call knows: those of its arguments, and those that it finds while it runs. */
export class CallSecrets {
  readonly #found = new Map<string, string>()
  readonly #files: { readonly field: string; readonly path: string; readonly isEnvFile: boolean }[] = []
  readonly #public: Set<string>
  #forms: readonly SecretForm[] | undefined

  /** `isPublic`: what other fields of the call hold, such as names, is no secret. */
  constructor(isPublic: ReadonlySet<string> = new Set()) {
    this.#public = new Set(isPublic)
  }

  /** A password, a token, a key or a content. */
  addSecret(field: string, value: string | Uint8Array): void {
    this.#add(field, value, shortestSecret)
  }

  /** The value of a variable or an option, which may be a secret. */
  addValue(field: string, value: string): void {
    this.#add(field, value, shortestValue)
  }

  /** A file whose content, or whose `NAME=value` lines, the call passes on. It is read only when an error is at hand. */
  addFile(field: string, path: string, isEnvFile: boolean): void {
    this.#files.push({ field, path, isEnvFile })
  }

  /** Reads the files, as far as they can be read. */
  async readFiles(): Promise<void> {
    for (const { field, path, isEnvFile } of this.#files.splice(0)) {
      const content = await readStart(path)
      if (content === undefined) continue
      if (!isEnvFile) this.addSecret(field, content)
      else for (const [name, value] of variablesIn(content)) this.addValue(name, value)
    }
  }

  /** Everything to search for, the longest first. */
  get forms(): readonly SecretForm[] {
    this.#forms ??= [...this.#found]
      .flatMap(([value, field]) => formsOf(value).map((text) => ({ text, placeholder: `[${field}]` })))
      .toSorted((one, other) => other.text.length - one.text.length)
    return this.#forms
  }

  #add(field: string, value: string | Uint8Array, shortest: number): void {
    if (value.length > longestContentBytes) return
    const text = typeof value === 'string' ? value : Buffer.from(value).toString('utf8')
    if (text.trim().length < shortest || this.#public.has(text)) return
    const parts = [...text.split('\n').map((line) => line.trim()), ...text.split(separators)]
    for (const known of [
      text,
      text.trim(),
      passwordIn(text),
      ...parts.filter(({ length }) => length >= shortestPart),
    ]) {
      if (known === '' || this.#public.has(known) || this.#found.has(known)) continue
      this.#found.set(known, field)
      this.#forms = undefined
    }
  }
}

/** A text, and the forms in which engines, proxies and programs write it. */
function formsOf(value: string): readonly string[] {
  const bytes = Buffer.from(value)
  // A lone surrogate has no percent-encoding.
  const wellFormed = bytes.toString('utf8')
  const quoted = JSON.stringify(wellFormed).slice(1, -1)
  const quotedTwice = JSON.stringify(quoted).slice(1, -1)
  const forms = [
    value,
    ...[wellFormed, quoted, quotedTwice].flatMap((text) => [text, encodeURIComponent(text), formEncoded(text)]),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    bytes.toString('hex'),
    asciiOnly(quoted, (character) => [...Buffer.from(character)].map((byte) => `\\x${byte.toString(16)}`).join('')),
    asciiOnly(quoted, (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`),
  ]
  return [...new Set(forms)]
}

/** Of a value that is a URL, such as a database's. */
function passwordIn(value: string): string {
  const [, password = ''] = /^[a-z][a-z0-9+.-]*:\/\/[^/?#@:]*:([^/?#@]+)@/i.exec(value) ?? []
  return password.length < shortestSecret ? '' : password
}

/** As Go quotes text: with an escape for each byte, or for each character. */
function asciiOnly(text: string, escape: (character: string) => string): string {
  return text.replaceAll(/[^\0-\x7f]/gu, escape)
}

function formEncoded(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1)
}

/** `undefined` for what is no regular file: a pipe would never end. */
async function readStart(path: string): Promise<string | undefined> {
  try {
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    if (!(await file.stat()).isFile()) return undefined
    const { buffer, bytesRead } = await file.read(Buffer.alloc(longestContentBytes), 0, longestContentBytes, 0)
    return buffer.subarray(0, bytesRead).toString('utf8')
  } catch {
    return undefined
  }
}

/** The variables of an env file, also of one that is malformed. */
function variablesIn(content: string): readonly (readonly [name: string, value: string])[] {
  return content.split('\n').flatMap((line) => {
    const [, name, value = ''] = /^\s*(?:export\s+)?([\w.-]+)\s*[=:]\s*(.*)$/.exec(line) ?? []
    const plain = value.trim()
    const unquoted = plain.replace(/^(["'])(.*)\1.*$/, '$2').replace(/\s+#.*$/, '')
    return name === undefined ? [] : [[name, plain] as const, [name, unquoted] as const]
  })
}

const storage = new AsyncLocalStorage<CallSecrets>()

/** The secrets of the call that runs. */
export function currentSecrets(): CallSecrets | undefined {
  return storage.getStore()
}

/** Runs the work as a part of the call that has these secrets. */
export function withSecrets<T>(secrets: CallSecrets, work: () => T): T {
  return storage.run(secrets, work)
}

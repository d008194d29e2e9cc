import { AsyncLocalStorage } from 'node:async_hooks'
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { formsOf, type WrittenSecret } from './secret-forms.ts'
import { isPlain, isSecretName, longestContentBytes, textsOfSecret, textsOfValue } from './secret-values.ts'

/** A secret in one of its forms, and what stands in its place in a text. */
export interface SecretForm extends WrittenSecret {
  readonly placeholder: string
}

interface Known {
  readonly field: string
  readonly value: string | Uint8Array
  readonly isSecret: boolean
}

/**
 * The secrets that one call knows: those of its arguments, and those that it finds while it runs. They are kept as they
 * are; what to search for is worked out only when an error is at hand.
 */
export class CallSecrets {
  readonly #known: Known[] = []
  readonly #files: { readonly field: string; readonly path: string; readonly isEnvFile: boolean }[] = []
  readonly #public: string[]
  readonly #callersErrors = new Set<unknown>()
  readonly #signals: readonly AbortSignal[]
  #forms: readonly SecretForm[] | undefined

  /** `publicTexts`: what other fields of the call hold, such as names, is no secret, and neither are its parts. */
  constructor(publicTexts: readonly string[] = [], signals: readonly AbortSignal[] = []) {
    this.#public = [...publicTexts]
    this.#signals = signals
  }

  /** A password, a token, a key or a content. */
  addSecret(field: string, value: string | Uint8Array): void {
    this.#known.push({ field, value, isSecret: true })
    this.#forms = undefined
  }

  /** The value of a variable or an option: a secret if its name says so, else perhaps. A path is none. */
  addValue(field: string, value: string): void {
    const isSecret = isSecretName(field) && !(value.startsWith('/') && isPlain(value))
    this.#known.push({ field, value, isSecret })
    this.#forms = undefined
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

  /** Names that the call has found, which are no secrets, and neither are their parts. */
  addPublic(texts: readonly string[]): void {
    this.#public.push(...texts)
    this.#forms = undefined
  }

  /** Something that a function of the caller has thrown. */
  addCallersError(error: unknown): void {
    this.#callersErrors.add(error)
  }

  /** Whether an error is the reason of an abort, or was thrown by a function of the caller. */
  isCallersError(error: unknown): boolean {
    return this.#callersErrors.has(error) || this.#signals.some(({ aborted, reason }) => aborted && reason === error)
  }

  isPublic(text: string): boolean {
    return this.#public.some((each) => each.includes(text))
  }

  /** Everything to search for, the longest first. */
  get forms(): readonly SecretForm[] {
    this.#forms ??= this.#search()
    return this.#forms
  }

  #search(): readonly SecretForm[] {
    const found = new Map<string, SecretForm>()
    // Where two fields have one value, the one that says that it is a secret counts.
    for (const { field, value, isSecret } of this.#known.toSorted((a, b) => Number(b.isSecret) - Number(a.isSecret))) {
      const texts = isSecret || typeof value !== 'string' ? textsOfSecret(value) : textsOfValue(value)
      for (const text of texts) {
        if (text.text === '' || found.has(text.text) || this.isPublic(text.text)) continue
        for (const form of formsOf(text))
          if (!found.has(form.text)) found.set(form.text, { ...form, placeholder: `[${field}]` })
      }
    }
    return [...found.values()].toSorted((one, other) => other.text.length - one.text.length)
  }
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

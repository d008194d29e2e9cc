import type { ImageProgressEvent, PulledImage, PullImageOptions } from '../images.ts'

interface Entry {
  readonly controller: AbortController
  readonly result: Promise<PulledImage>
  /** Of the callers who still wait. */
  readonly listeners: Set<(event: ImageProgressEvent) => void>
  waiting: number
}

type Checked = PullImageOptions & { readonly signal: AbortSignal }
type Pull = (reference: string, options: Checked) => Promise<PulledImage>

/**
 * Pulls of one reference, for one platform and with the same credentials, at the same time: one request, which ends when
 * the last of its callers has left. Whoever joins late hears of progress from then on.
 */
export class SharedPulls {
  readonly #pull: Pull
  readonly #entries = new Map<string, Entry>()

  constructor(pull: Pull) {
    this.#pull = pull
  }

  async join(reference: string, { signal, onEvent, ...rest }: Checked): Promise<PulledImage> {
    const key = JSON.stringify([reference, rest.platform, rest.credentials])
    const entry = this.#entries.get(key) ?? this.#begin(key, reference, rest)
    const listen = (event: ImageProgressEvent): void => onEvent?.(event)
    entry.waiting += 1
    entry.listeners.add(listen)
    const leave = (): void => {
      entry.listeners.delete(listen)
      entry.waiting -= 1
      if (entry.waiting > 0) return
      this.#forget(key, entry)
      entry.controller.abort(signal.reason)
    }
    const left = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', abort, { once: true })
      function abort(): void {
        leave()
        // The last one to leave waits for the end of the request, so that a close does too.
        if (entry.waiting > 0) reject(signal.reason)
      }
      entry.result.then(forget, forget)
      function forget(): void {
        signal.removeEventListener('abort', abort)
      }
    })
    return Promise.race([entry.result, left])
  }

  #begin(key: string, reference: string, options: Omit<Checked, 'signal' | 'onEvent'>): Entry {
    const controller = new AbortController()
    const listeners: Entry['listeners'] = new Set()
    const onEvent = (event: ImageProgressEvent): void => {
      for (const listen of listeners) listen(event)
    }
    const start = async (): Promise<PulledImage> => {
      // A turn later, when whoever asked first listens.
      await undefined
      return this.#pull(reference, { ...options, onEvent, signal: controller.signal })
    }
    const result = start()
    const entry: Entry = { controller, result, listeners, waiting: 0 }
    this.#entries.set(key, entry)
    const forget = (): void => this.#forget(key, entry)
    result.then(forget, forget)
    return entry
  }

  #forget(key: string, entry: Entry): void {
    if (this.#entries.get(key) === entry) this.#entries.delete(key)
  }
}

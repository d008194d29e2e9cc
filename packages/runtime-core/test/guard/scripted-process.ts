import { getEventListeners } from 'node:events'
import { createStream, type ExecProcess, type LogChunk } from '@moorage/runtime-core'
import { deferred, type Deferred } from '../deferred.ts'

export const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length
export const chunk: LogChunk = { stream: 'stdout', bytes: new Uint8Array([1]) }

export interface ScriptedProcess {
  readonly process: ExecProcess
  readonly exited: Deferred<{ readonly exitCode: number }>
  readonly seen: string[]
}

/** A process that writes these chunks, then nothing until it is left. */
export function scripted(chunks: readonly LogChunk[] = [], end = false): ScriptedProcess {
  const exited = deferred<{ readonly exitCode: number }>()
  exited.promise.catch(() => undefined)
  const seen: string[] = []
  const rest = [...chunks]
  const process: ExecProcess = {
    id: 'exec',
    output: createStream<LogChunk>(() => ({
      async pull() {
        const value = rest.shift()
        if (value !== undefined) return { done: false, value }
        return end ? { done: true, value: undefined } : new Promise<never>(() => {})
      },
      release() {
        seen.push('left output')
      },
    })),
    async write(bytes) {
      seen.push(`write ${String(bytes)}`)
    },
    async endStdin() {
      seen.push('endStdin')
    },
    async resize({ columns, rows }) {
      seen.push(`resize ${columns}x${rows}`)
    },
    async kill(signal) {
      seen.push(`kill ${signal}`)
    },
    exited: exited.promise,
    async [Symbol.asyncDispose]() {
      seen.push('disposed')
    },
  }
  return { process, exited, seen }
}

export const never = (): Promise<never> => new Promise(() => {})

export const command = { command: ['cat'] }

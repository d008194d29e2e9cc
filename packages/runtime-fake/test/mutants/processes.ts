import { streamFrom, type ExecResult, type ExecSpec, type LogChunk, type LogOptions } from '@moorage/runtime-core'
import { around, failure, instead, mutant, type Mutant } from './mutant.ts'

function answers(name: string, breaks: readonly string[], change: (result: ExecResult) => Partial<ExecResult>): Mutant {
  return mutant(name, breaks, (runtime) => ({
    execContainer: async (id, spec, options) => {
      const result = await runtime.execContainer(id, spec, options)
      return { ...result, ...change(result) }
    },
  }))
}

function withoutFields(name: string, breaks: readonly string[], ...fields: readonly (keyof ExecSpec)[]): Mutant {
  return mutant(name, breaks, (runtime) => ({
    execContainer: (id, spec, options) => {
      const kept = Object.entries(spec).filter(([field]) => !fields.includes(field as keyof ExecSpec))
      return runtime.execContainer(id, Object.fromEntries(kept) as unknown as ExecSpec, options)
    },
  }))
}

/** The chunks of a log are changed, or what is asked of it is. */
function logs(
  name: string,
  breaks: readonly string[],
  change: (chunk: LogChunk) => LogChunk = (chunk) => chunk,
  ask: (options: LogOptions) => LogOptions = (options) => options,
): Mutant {
  return mutant(name, breaks, (runtime) => ({
    containerLogs(id, options = {}) {
      async function* changed(): AsyncGenerator<LogChunk, undefined> {
        for await (const chunk of runtime.containerLogs(id, ask(options))) yield change(chunk)
      }
      return streamFrom(changed())
    },
  }))
}

const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

const exec: readonly Mutant[] = [
  answers('both streams are one', ['exec/collect/tells-both-streams-and-the-exit-code'], ({ stdout, stderr }) => ({
    stdout: stdout + stderr,
    stderr: '',
  })),
  mutant('126 and 127 are failed starts', ['exec/collect/takes-126-and-127-of-the-process-s-own'], (runtime) => ({
    execContainer: async (id, spec, options) => {
      const result = await runtime.execContainer(id, spec, options)
      if (result.exitCode === 126 || result.exitCode === 127) throw failure('EXEC_START_FAILED', { reason: 'other' })
      return result
    },
  })),
  answers('every frame is decoded by itself', ['exec/collect/keeps-bytes-and-characters'], ({ stdoutBytes }) => {
    const pieces: string[] = []
    for (let start = 0; start < stdoutBytes.length; start += 4000) {
      pieces.push(decode(stdoutBytes.subarray(start, start + 4000)))
    }
    return { stdout: pieces.join('') }
  }),
  mutant('stdin is dropped', ['exec/collect/passes-stdin-on'], (runtime) => ({
    execContainer: (id, spec, options) => runtime.execContainer(id, spec, { ...options, stdin: '' }),
  })),
  mutant('unread stdin is a broken pipe', ['exec/collect/ends-when-stdin-is-not-read'], (runtime) => ({
    execContainer: async (id, spec, options = {}) => {
      if (typeof options.stdin === 'string' && options.stdin.length > 1_000_000) throw failure('CONNECTION_LOST')
      return runtime.execContainer(id, spec, options)
    },
  })),
  withoutFields(
    'the exec’s environment is dropped',
    ['exec/collect/gives-the-process-its-environment-user-and-directory'],
    'env',
  ),
  mutant('a failed start is an exit code', ['exec/collect/says-why-a-process-cannot-start'], (runtime) =>
    around(runtime, 'execContainer', instead('EXEC_START_FAILED', 'success')),
  ),
  mutant('there is no limit', ['exec/collect/limits-the-output'], (runtime) => ({
    execContainer: (id, spec, options) => runtime.execContainer(id, spec, { ...options, maxOutputBytes: 1e9 }),
  })),
  mutant(
    'an interrupted exec has an exit code',
    ['exec/collect/tells-that-the-container-went-away', 'exec/collect/tells-that-the-container-was-restarted'],
    (runtime) => around(runtime, 'execContainer', instead('EXEC_INTERRUPTED', 'success')),
  ),
  mutant('an exec in what does not run is no error', ['exec/collect/refuses-what-does-not-run'], (runtime) =>
    around(runtime, 'execContainer', instead('CONTAINER_NOT_RUNNING', 'success')),
  ),
  mutant('execs at once share one output', ['exec/collect/many-at-once-do-not-disturb-each-other'], (runtime) => {
    let shared: Promise<ExecResult> | undefined
    return {
      execContainer: (id, spec, options) => (shared ??= runtime.execContainer(id, spec, options)),
    }
  }),
  withoutFields('there is no terminal', ['exec/collect/a-terminal-has-one-stream'], 'tty'),
  mutant('what is written is dropped', ['exec/start/writes-reads-and-ends'], (runtime) => ({
    startExec: async (id, spec, options) => {
      const process = await runtime.startExec(id, spec, options)
      await process.endStdin()
      return { ...process, write: async () => undefined }
    },
  })),
  mutant('every signal to a process is SIGKILL', ['exec/start/kills'], (runtime) => ({
    startExec: async (id, spec, options) => {
      const process = await runtime.startExec(id, spec, options)
      return { ...process, kill: () => process.kill('SIGKILL') }
    },
  })),
  mutant('a detached process is attached', ['exec/start/detaches'], (runtime) => ({
    startExec: (id, spec, options) => runtime.startExec(id, spec, { ...options, detach: false }),
  })),
  mutant('an attachment misses the beginning', ['exec/attach/tells-what-is-written-from-then-on'], (runtime) => ({
    attachContainer: async (id, options) => {
      const attachment = await runtime.attachContainer(id, options)
      async function* rest(): AsyncGenerator<LogChunk, undefined> {
        let isFirst = true
        for await (const chunk of attachment.output) {
          if (!isFirst) yield chunk
          isFirst = false
        }
      }
      return { ...attachment, output: streamFrom(rest()) }
    },
  })),
  mutant('an attachment has no stdin', ['exec/attach/writes-to-the-process'], (runtime) => ({
    attachContainer: (id, options) => runtime.attachContainer(id, { ...options, stdin: false }),
  })),
  mutant('what has exited can be attached to', ['exec/attach/refuses-what-has-exited'], (runtime) =>
    around(runtime, 'attachContainer', instead('CONTAINER_NOT_RUNNING', 'success')),
  ),
]

const logMutants: readonly Mutant[] = [
  logs('the streams are exchanged', ['logs/read/tells-the-streams-apart-and-keeps-the-order'], (chunk) => ({
    ...chunk,
    stream: chunk.stream === 'stdout' ? 'stderr' : 'stdout',
  })),
  logs('`tail` does nothing', ['logs/read/gives-the-last-lines'], undefined, ({ tail: _tail, ...rest }) => rest),
  logs('there are no times', ['logs/read/puts-times-on-chunks'], ({ stream, bytes }) => ({ stream, bytes })),
  logs('`since` does nothing', ['logs/read/cuts-by-time'], undefined, ({ since: _since, ...rest }) => rest),
  logs(
    '`follow` does nothing',
    ['logs/follow/gives-what-comes-and-ends-with-the-container'],
    undefined,
    ({ follow: _follow, ...rest }) => rest,
  ),
  mutant('what has exited cannot be followed', ['logs/follow/of-what-has-exited-ends'], (runtime) => ({
    containerLogs(id, options) {
      async function* checked(): AsyncGenerator<LogChunk, undefined> {
        if ((await runtime.inspectContainer(id)).status === 'exited') throw failure('CONTAINER_NOT_RUNNING')
        yield* runtime.containerLogs(id, options)
      }
      return streamFrom(checked())
    },
  })),
  mutant('a follow with an end is none', ['logs/follow/ends-at-its-time'], (runtime) => ({
    containerLogs: (id, options = {}) =>
      runtime.containerLogs(id, options.until === undefined ? options : { ...options, follow: false }),
  })),
  mutant('a follow that was left goes on', ['logs/follow/is-left-at-once-also-while-it-waits'], (runtime) => ({
    containerLogs(id, options) {
      const stream = runtime.containerLogs(id, options)
      let left = false
      return {
        ...stream,
        next: async () => (left ? { done: false, value: { stream: 'stdout', bytes: encode('more') } } : stream.next()),
        return: async () => {
          left = true
          return stream.return()
        },
      }
    },
  })),
  mutant('what was never started has no logs to read', ['logs/read/of-what-was-never-started-is-empty'], (runtime) => ({
    containerLogs(id, options) {
      async function* checked(): AsyncGenerator<LogChunk, undefined> {
        if ((await runtime.inspectContainer(id)).status === 'created') throw failure('CONTAINER_NOT_RUNNING')
        yield* runtime.containerLogs(id, options)
      }
      return streamFrom(checked())
    },
  })),
  logs('every chunk ends its line', ['logs/read/keeps-bytes-as-they-are'], (chunk) => ({
    ...chunk,
    bytes: encode(decode(chunk.bytes).endsWith('\n') ? decode(chunk.bytes) : `${decode(chunk.bytes)}\n`),
  })),
  logs('a terminal’s first bytes are taken for a header', ['logs/read/a-terminal-s-output-is-stdout'], (chunk) => ({
    ...chunk,
    bytes: chunk.bytes[0] === 1 ? chunk.bytes.subarray(4) : chunk.bytes,
  })),
]

export const processMutants: readonly Mutant[] = [...exec, ...logMutants]

import {
  streamFrom,
  type ContainerAttachment,
  type ExecProcess,
  type LogChunk,
  type Runtime,
  type StartExecOptions,
} from '@moorage/runtime-core'
import { around, instead, mutant, type Mutant } from './mutant.ts'

/** Processes are others, or are asked for with other options. */
function processes(
  name: string,
  breaks: readonly string[],
  change: (process: ExecProcess) => Partial<ExecProcess>,
  ask: (options: StartExecOptions) => StartExecOptions = (options) => options,
): Mutant {
  return mutant(name, breaks, (runtime) => ({
    startExec: async (id, spec, options = {}) => {
      const process = await runtime.startExec(id, spec, ask(options))
      return { ...process, ...change(process) }
    },
  }))
}

function attachments(
  name: string,
  breaks: readonly string[],
  change: (attachment: ContainerAttachment, runtime: Runtime, id: string) => Partial<ContainerAttachment>,
): Mutant {
  return mutant(name, breaks, (runtime) => ({
    attachContainer: async (id, options) => {
      const attachment = await runtime.attachContainer(id, options)
      return { ...attachment, ...change(attachment, runtime, id) }
    },
  }))
}

/** Malformed arguments are dropped. */
const lenient = (
  live: Pick<ContainerAttachment, 'write' | 'resize'>,
): Pick<ContainerAttachment, 'write' | 'resize'> => ({
  write: (bytes) => live.write(bytes).catch(() => undefined),
  resize: (size) => live.resize(size).catch(() => undefined),
})

/** Reads all of it at once, whoever asks. */
function readAhead(output: AsyncIterable<LogChunk>): ExecProcess['output'] {
  const all = (async () => {
    const chunks: LogChunk[] = []
    for await (const chunk of output) chunks.push(chunk)
    return chunks
  })()
  all.catch(() => undefined)
  async function* read(): AsyncGenerator<LogChunk, undefined> {
    yield* await all
  }
  return streamFrom(read())
}

async function* nothing(): AsyncGenerator<LogChunk, undefined> {
  // Output of which nothing comes.
}

/** Makes text of whatever is yielded. */
async function* asText(source: AsyncIterable<unknown>): AsyncGenerator<string | Uint8Array, undefined> {
  for await (const piece of source) yield piece instanceof Uint8Array ? piece : String(piece)
}

export const interactiveMutants: readonly Mutant[] = [
  processes('a process takes any size and any bytes', ['exec/start/refuses-malformed-arguments'], lenient),
  processes('a process takes any signal', ['exec/start/refuses-malformed-arguments'], (process) => ({
    kill: (signal) => process.kill(signal).catch(() => undefined),
  })),
  attachments('an attachment takes any size and any bytes', ['exec/attach/refuses-malformed-arguments'], lenient),
  mutant('a source may yield anything', ['exec/collect/fails-with-its-source'], (runtime) => ({
    execContainer: (id, spec, { stdin = '', ...options } = {}) =>
      runtime.execContainer(id, spec, {
        ...options,
        stdin: typeof stdin === 'string' || stdin instanceof Uint8Array ? stdin : asText(stdin),
      }),
  })),
  mutant('the failure of a source has no cause', ['exec/collect/fails-with-its-source'], (runtime) =>
    around(runtime, 'execContainer', instead('STDIN_FAILED', 'STDIN_FAILED')),
  ),
  processes('what a source has ended has an exit code', ['exec/start/fails-with-its-source'], (process) => ({
    exited: process.exited.catch(() => ({ exitCode: 137 })),
  })),
  mutant('a terminal’s input ends with its process', ['exec/collect/ends-a-terminal-s-input'], (runtime) => ({
    execContainer: async (id, spec, options) => {
      const result = await runtime.execContainer(id, spec, options)
      return spec.tty === true ? { ...result, exitCode: 137 } : result
    },
  })),
  processes('an end of input kills', ['exec/start/ends-a-terminal-s-input'], ({ kill }) => ({
    endStdin: () => kill('SIGKILL'),
  })),
  processes(
    'a started process takes nothing but text',
    ['exec/start/takes-stdin-from-every-source'],
    () => ({}),
    ({ stdin = '', ...options }) => ({ ...options, stdin: typeof stdin === 'string' ? stdin : '' }),
  ),
  processes('what was killed has left no output', ['exec/start/tells-its-end-though-nobody-reads'], () => ({
    output: streamFrom(nothing()),
  })),
  processes('output is read as fast as it comes', ['exec/start/holds-up-what-nobody-reads'], ({ output }) => ({
    output: readAhead(output),
  })),
  processes(
    'terminals begin with the usual size',
    ['exec/start/a-terminal-has-its-size'],
    () => ({}),
    ({ terminalSize: _size, ...options }) => options,
  ),
  processes('a terminal keeps its size', ['exec/start/a-terminal-has-its-size'], () => ({
    resize: async () => undefined,
  })),
  mutant('attachments never bring logs', ['exec/attach/brings-what-was-logged-first'], (runtime) => ({
    attachContainer: (id, options) => runtime.attachContainer(id, { ...options, includeLogs: false }),
  })),
  attachments(
    'who leaves kills',
    ['exec/attach/is-left-while-the-container-runs', 'exec/attach/ends-the-input'],
    ({ [Symbol.asyncDispose]: dispose }, runtime, id) => ({
      async [Symbol.asyncDispose]() {
        await dispose()
        await runtime.killContainer(id)
      },
    }),
  ),
  attachments('an input begins with what nobody wrote', ['exec/attach/ends-the-input'], ({ write }) => ({
    write: (bytes) => write(`{}${String(bytes)}`),
  })),
  attachments('an input never ends', ['exec/attach/ends-the-input'], () => ({ endStdin: async () => undefined })),
  attachments(
    'a terminal’s input ends with its process',
    ['exec/attach/a-terminal-has-no-end'],
    ({ endStdin }, runtime, id) => ({
      async endStdin() {
        await endStdin()
        await runtime.killContainer(id)
      },
    }),
  ),
  attachments('what nobody reads is written', ['exec/attach/refuses-what-cannot-be-written'], ({ write }) => ({
    write: (bytes) => write(bytes).catch(() => undefined),
  })),
  processes('what comes after the end is written', ['exec/start/refuses-what-comes-after-the-end'], ({ write }) => ({
    write: (bytes) => write(bytes).catch(() => undefined),
  })),
  attachments('a container’s terminal keeps its size', ['exec/attach/a-terminal-is-written-to-and-resized'], () => ({
    resize: async () => undefined,
  })),
  attachments('an attachment that was left has exited', ['exec/attach/reports-how-it-ended'], ({ ended }) => ({
    ended: ended.then(({ type }) => ({ type: type === 'detached' ? 'exited' : type })),
  })),
  attachments(
    'an attachment that was left unread has exited',
    ['exec/attach/is-left-before-its-output-is-read'],
    ({ output, ended }) => {
      let isRead = false
      const next = (): ReturnType<typeof output.next> => {
        isRead = true
        return output.next()
      }
      return {
        output: { ...output, next },
        ended: ended.then(({ type }) => ({ type: type === 'detached' && !isRead ? 'exited' : type })),
      }
    },
  ),
  attachments('an attachment to what was removed has exited', ['exec/attach/reports-how-it-ended'], ({ ended }) => ({
    ended: ended.then(({ type }) => ({ type: type === 'removed' ? 'exited' : type })),
  })),
  mutant(
    'unread stdin loses output now and then',
    ['exec/collect/keeps-the-output-when-stdin-is-not-read'],
    (runtime) => {
      let calls = 0
      return {
        execContainer: async (id, spec, options) => {
          const result = await runtime.execContainer(id, spec, options)
          calls += 1
          return options?.stdin !== undefined && calls % 7 === 0 ? { ...result, stdout: '' } : result
        },
      }
    },
  ),
  mutant('output ends before its process', ['exec/collect/does-not-wait-for-what-is-left-behind'], (runtime) => ({
    execContainer: async (id, spec, options) => ({ ...(await runtime.execContainer(id, spec, options)), stdout: '' }),
  })),
  processes('started processes have no output', ['exec/start/does-not-wait-for-what-is-left-behind'], () => ({
    output: streamFrom(nothing()),
  })),
  processes(
    'every abort kills',
    ['exec/start/is-let-go-by-an-abort-that-says-so'],
    () => ({}),
    (options) => ({ ...options, onAbort: 'kill' }),
  ),
  processes('nothing is disposed of', ['exec/start/is-ended-by-whoever-disposes-of-it'], () => ({
    async [Symbol.asyncDispose]() {
      // It goes on.
    },
  })),
  mutant('a process that cannot start has started', ['exec/start/says-why-a-process-cannot-start'], (runtime) =>
    around(runtime, 'startExec', instead('EXEC_START_FAILED', 'success')),
  ),
  processes(
    'an interrupted process has an exit code',
    ['exec/start/tells-that-the-container-went-away'],
    (process) => ({
      exited: process.exited.catch(() => ({ exitCode: 137 })),
    }),
  ),
]

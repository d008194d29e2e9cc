import { createServer, connect, type Socket } from 'node:net'
import { cases } from '@moorage/runtime-contract-tests'
import { capabilityKinds, RuntimeError, type CallOptions, type Capabilities, type Runtime } from '@moorage/runtime-core'
import { around, failure, instead, mutant, type Around, type MethodName, type Mutant } from './mutant.ts'

/** The methods of which there is a case whose id begins and ends so. */
function methodsOf(prefix: string, suffix: string): readonly { readonly method: MethodName; readonly id: string }[] {
  return cases
    .filter(({ id }) => id.startsWith(prefix) && id.endsWith(suffix) && !id.includes('/the-field-'))
    .map(({ id }) => ({ id, method: id.slice(prefix.length, -suffix.length) as MethodName }))
}

const none: Partial<Capabilities> = Object.fromEntries(Object.keys(capabilityKinds).map((name) => [name, false]))

/** Written once, applied to every method. */
const ofEveryMethod: readonly Mutant[] = [
  ...methodsOf('calls/abort/', '-rejects-before-anything-is-sent').map(({ method, id }) =>
    mutant(`${method} takes no notice of an aborted signal`, [id], (runtime) => ({
      ...around(runtime, method, async (invoke) => invoke().catch(() => undefined)),
      ...claimingAll(runtime),
    })),
  ),
  ...methodsOf('calls/abort/', '-leaves-no-listener').map(({ method, id }) =>
    mutant(`${method} leaves a listener on the signal`, [id], (runtime) => ({
      ...around(runtime, method, async (invoke, given) => {
        for (const value of given) signalOf(value)?.addEventListener('abort', () => undefined)
        return invoke()
      }),
      ...claimingAll(runtime),
    })),
  ),
  ...methodsOf('calls/close/', '-is-refused-afterwards').map(({ method, id }) =>
    mutant(`${method} goes on after the close`, [id], (runtime) =>
      around(runtime, method, instead('RUNTIME_CLOSED', 'success')),
    ),
  ),
  ...methodsOf('calls/gates/', '-is-refused-without-its-gate').map(({ method, id }) =>
    mutant(
      `${method} does nothing where its gate is not claimed`,
      [id],
      (runtime) => around(runtime, method, instead('UNSUPPORTED', 'success')),
      none,
    ),
  ),
  ...methodsOf('calls/gates/', '-is-there-with-its-gate').map(({ method, id }) =>
    mutant(`${method} is claimed and refused`, [id], (runtime) => ({
      ...around(runtime, method, async () => {
        throw failure('UNSUPPORTED')
      }),
      ...claimingAll(runtime),
    })),
  ),
  ...methodsOf('calls/missing/', '-says-that-there-is-no-container').map(({ method, id }) =>
    mutant(`${method} hides that there is no container`, [id], (runtime) => ({
      ...around(runtime, method, async () => {
        throw failure('ENGINE_ERROR')
      }),
      ...claimingAll(runtime),
    })),
  ),
  ...methodsOf('calls/missing/', '-says-that-there-is-none').map(({ method, id }) =>
    mutant(`${method} hides what is missing`, [id], (runtime) =>
      around(runtime, method, async () => {
        throw failure('ENGINE_ERROR')
      }),
    ),
  ),
  ...cases
    .filter(({ id }) => /^calls\/gates\/the-field-.*-is-refused/.test(id))
    .map(({ id }) =>
      mutant(
        `a field is dropped instead of refused: ${id}`,
        [id],
        (runtime) => around(runtime, 'createContainer', instead('UNSUPPORTED', 'success')),
        none,
      ),
    ),
  ...cases
    .filter(({ id }) => /^calls\/gates\/the-field-.*-is-taken/.test(id))
    .map(({ id }) =>
      mutant(`a field is claimed and refused: ${id}`, [id], (runtime) =>
        around(runtime, 'createContainer', async () => {
          throw failure('UNSUPPORTED')
        }),
      ),
    ),
]

/** What a mutant claims beyond what the fake has: its cases then apply, and must fail. */
function claimingAll({ capabilities }: Runtime): Pick<Runtime, 'capabilities'> {
  const all = Object.keys(capabilityKinds).map((name) => [name, true] as const)
  return { capabilities: Object.freeze({ ...capabilities, ...Object.fromEntries(all) }) }
}

function signalOf(value: unknown): AbortSignal | undefined {
  return typeof value === 'object' && value !== null ? (value as CallOptions).signal : undefined
}

const checkedMethods: readonly MethodName[] = [
  'createContainer',
  'inspectContainer',
  'stopContainer',
  'killContainer',
  'execContainer',
  'containerLogs',
  'findContainerByLabel',
  'listContainers',
  'createNetwork',
  'createVolume',
  'pullImage',
  'listNetworks',
  'killContainer',
]

/** What is wrong with an argument is reported together with the argument. */
const quoting: Around = async (invoke, given) => {
  try {
    return await invoke()
  } catch (error) {
    if (!RuntimeError.is(error, 'INVALID_ARGUMENT')) throw error
    const { message, operation, details } = error
    throw new RuntimeError('INVALID_ARGUMENT', {
      message: `${message} It was ${JSON.stringify(given)}.`,
      operation,
      details,
    })
  }
}

/** Abort, arguments and close. */
const others: readonly Mutant[] = [
  mutant(
    'no argument is checked',
    cases.filter(({ id }) => id.startsWith('calls/arguments/')).map(({ id }) => id),
    (runtime) =>
      Object.assign(
        {},
        ...checkedMethods.map((method) => around(runtime, method, instead('INVALID_ARGUMENT', 'success'))),
      ) as object,
  ),
  mutant(
    'an error quotes its arguments',
    cases.filter(({ id }) => /^calls\/arguments\/.*-is-not-quoted$/.test(id)).map(({ id }) => id),
    (runtime) => Object.assign({}, ...checkedMethods.map((method) => around(runtime, method, quoting))) as object,
  ),
  ...(
    [
      ['waitContainer', 'a-wait-midway'],
      ['containerLogs', 'a-follow-midway'],
      ['stopContainer', 'a-stop-midway'],
      ['pullImage', 'a-pull-midway'],
      ['events', 'an-event-stream-midway'],
    ] as const
  ).map(([method, name]) =>
    mutant(`${method} wraps the reason of an abort`, [`calls/abort/${name}`], (runtime) => {
      const call = runtime[method] as (...given: readonly unknown[]) => unknown
      const wrapped = (...given: readonly unknown[]): unknown => {
        const answer = call(...given)
        if (answer instanceof Promise) return answer.catch(wrap)
        const stream = answer as AsyncIterator<unknown>
        return { ...stream, next: () => stream.next().catch(wrap), [Symbol.asyncIterator]: () => wrapped(...given) }
      }
      return { [method]: wrapped }
    }),
  ),
  mutant(
    'an aborted exec goes on',
    ['calls/abort/an-exec-midway', 'exec/collect/an-abort-kills-the-children-too'],
    (runtime) => ({
      execContainer: (id, spec, options = {}) => {
        const { signal, ...rest } = options
        return new Promise((resolve, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
          runtime.execContainer(id, spec, rest).then(resolve, reject)
        })
      },
    }),
  ),
  mutant('an aborted process rejects late', ['calls/abort/a-started-process-midway'], (runtime) => ({
    startExec: async (id, spec, options) => {
      const process = await runtime.startExec(id, spec, options)
      const exited = process.exited.catch(async (error: unknown) => {
        await new Promise((resolve) => setTimeout(resolve, 1500))
        throw error
      })
      exited.catch(() => undefined)
      return { ...process, exited }
    },
  })),
  ...(['createContainer', 'createNetwork', 'createVolume'] as const).map((method) =>
    mutant(`an aborted ${method} leaves what it made`, [`calls/abort/${method}-is-undone`], (runtime) =>
      around(runtime, method, async (invoke, given) => {
        const signal = signalOf(given[1])
        const made = await invoke([given[0]])
        await new Promise((resolve) => setTimeout(resolve, 5))
        signal?.throwIfAborted()
        return made
      }),
    ),
  ),
  mutant('a second close fails', ['calls/close/may-be-repeated-also-at-once'], (runtime) => {
    let closes = 0
    return {
      close: async () => {
        closes += 1
        if (closes > 1) throw failure('RUNTIME_CLOSED')
        await runtime.close()
      },
    }
  }),
  mutant('a close looks like a lost connection', ['calls/close/ends-a-wait-an-exec-and-a-follow'], (runtime) =>
    around(runtime, 'waitContainer', instead('RUNTIME_CLOSED', 'CONNECTION_LOST')),
  ),
  mutant('a close kills the containers', ['calls/close/leaves-containers-and-other-runtimes-alone'], (runtime) => ({
    close: async () => {
      for (const { id } of await runtime.listContainers().catch(() => []))
        await runtime.killContainer(id).catch(() => 0)
      await runtime.close()
    },
  })),
  mutant('sockets stay open', ['calls/close/frees-every-socket'], (runtime) => {
    const sockets: Socket[] = []
    const server = createServer((socket) => sockets.push(socket))
    return {
      info: async () => {
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
        const { port } = server.address() as { readonly port: number }
        for (let count = 0; count < 4; count += 1) sockets.push(connect(port, '127.0.0.1'))
        // They end by themselves, long after the case has looked.
        const end = (): void => {
          for (const socket of sockets) socket.destroy()
          server.close()
        }
        setTimeout(end, 2000)
        return runtime.info()
      },
    }
  }),
  mutant('the version is empty', ['calls/info/tells-what-the-engine-is'], (runtime) => ({
    info: async () => ({ ...(await runtime.info()), engineVersion: '' }),
  })),
  mutant('every runtime has another engine', ['calls/info/is-the-same-for-two-runtimes-of-one-engine'], (runtime) => ({
    info: async () => ({ ...(await runtime.info()), engineId: crypto.randomUUID() }),
  })),
  mutant('capabilities can be changed', ['calls/capabilities/are-whole-frozen-and-constant'], (runtime) => ({
    capabilities: { ...runtime.capabilities },
  })),
]

function wrap(error: unknown): never {
  throw new Error('wrapped', { cause: error })
}

export const callMutants: readonly Mutant[] = [...ofEveryMethod, ...others]

import type { Socket } from 'node:net'
import { createRuntime, defineCapabilities, RuntimeError, type Runtime } from '@moorage/runtime-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { frame, UPGRADED } from '../transport/scripted-server.ts'
import { runningContainer, scriptEngine, type Answer } from '../scripted-engine.ts'

const id = 'c'.repeat(64)

/** What a proxy, another program or a broken engine answers with status 200. */
const shapes = [
  'null',
  '{}',
  '[]',
  '""',
  '42',
  'true',
  '[null]',
  '{"Id":null}',
  '{"Id":42}',
  '{"StatusCode":"0"}',
  '{"StatusCode":null}',
  '{"Running":"no","ExitCode":"0","Pid":"9"}',
  '{"Running":false,"ExitCode":0}',
  '{"Running":false,"ExitCode":1.5,"Pid":9}',
  '{"State":null}',
  '',
]

const capabilities = defineCapabilities({ interactiveStreams: true })
const running = { Running: true, ExitCode: null, Pid: 9 }
const ended = { Running: false, ExitCode: 0, Pid: 9 }
const exited = { ...runningContainer(), State: { Status: 'exited', ExitCode: 0, StartedAt: '2026-01-01T00:00:01Z' } }

const json =
  (text: string): Answer =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(text)
  }

const inspect = { 'GET /containers/web/json': runningContainer(), [`GET /containers/${id}/json`]: runningContainer() }
const exec = { ...inspect, 'POST /containers/web/exec': { Id: 'e1' }, 'GET /exec/e1/json': ended }
const command = { command: ['x'] }

/** The whole answer comes with the head, and the connection ends. */
const ends = (socket: Socket): void => {
  socket.end(Buffer.concat([Buffer.from(UPGRADED), frame(1, 'out')]))
}

interface Call {
  readonly name: string
  /** The request that is answered wrongly; all others are answered as an engine does. */
  readonly request: string
  readonly answers: Readonly<Record<string, object>>
  readonly call: (runtime: Runtime) => Promise<unknown>
}

const calls: readonly Call[] = [
  {
    name: 'execContainer, of the creation',
    request: 'POST /containers/web/exec',
    answers: exec,
    call: (runtime) => runtime.execContainer('web', command),
  },
  {
    name: 'execContainer, of the inspection',
    request: 'GET /exec/e1/json',
    answers: exec,
    call: (runtime) => runtime.execContainer('web', command),
  },
  {
    name: 'startExec, of the creation',
    request: 'POST /containers/web/exec',
    answers: exec,
    call: (runtime) => runtime.startExec('web', command),
  },
  {
    name: 'startExec, of the inspection',
    request: 'GET /exec/e1/json',
    answers: exec,
    call: (runtime) => runtime.startExec('web', command),
  },
  {
    name: 'startExec, of the creation of one that is detached',
    request: 'POST /containers/web/exec',
    answers: exec,
    call: (runtime) => runtime.startExec('web', command, { detach: true }),
  },
  {
    name: 'attachContainer, of the inspection',
    request: 'GET /containers/web/json',
    answers: inspect,
    call: (runtime) => runtime.attachContainer('web'),
  },
  {
    name: 'waitContainer, of the wait',
    request: `POST /containers/${id}/wait`,
    answers: inspect,
    call: (runtime) => runtime.waitContainer('web'),
  },
  {
    name: 'waitContainer, of the inspection',
    request: 'GET /containers/web/json',
    answers: inspect,
    call: (runtime) => runtime.waitContainer('web'),
  },
  {
    name: 'waitContainer, of the inspection of one that has exited',
    request: `GET /containers/${id}/json`,
    answers: { ...inspect, 'GET /containers/web/json': exited },
    call: (runtime) => runtime.waitContainer('web'),
  },
  {
    name: 'startContainer, of the inspection',
    request: 'GET /containers/web/json',
    answers: inspect,
    call: (runtime) => runtime.startContainer('web'),
  },
  {
    name: 'killContainer, of the inspection',
    request: `GET /containers/web/json`,
    answers: { ...inspect, 'POST /containers/web/kill': {}, [`POST /containers/${id}/kill`]: {} },
    call: (runtime) => runtime.killContainer('web'),
  },
  {
    name: 'containerLogs, of the inspection',
    request: 'GET /containers/web/json',
    answers: inspect,
    call: async (runtime) => {
      for await (const _chunk of runtime.containerLogs('web')) continue
    },
  },
  {
    name: 'inspectContainer',
    request: 'GET /containers/web/json',
    answers: inspect,
    call: (runtime) => runtime.inspectContainer('web'),
  },
  {
    name: 'createContainer',
    request: 'POST /containers/create',
    answers: inspect,
    call: (runtime) => runtime.createContainer({ image: 'web:1', name: 'web' }),
  },
  {
    name: 'createNetwork',
    request: 'POST /networks/create',
    answers: { 'GET /networks': [] },
    call: (runtime) => runtime.createNetwork({ name: 'web' }),
  },
  {
    name: 'createVolume',
    request: 'POST /volumes/create',
    answers: {},
    call: (runtime) => runtime.createVolume({ name: 'data' }),
  },
  { name: 'info', request: 'GET /info', answers: {}, call: (runtime) => runtime.info() },
  {
    name: 'listVolumes',
    request: 'GET /volumes',
    answers: {},
    call: (runtime) => runtime.listVolumes(),
  },
]

const unhandled: unknown[] = []
const note = (reason: unknown): void => void unhandled.push(reason)

describe('an answer of another shape is PROTOCOL_ERROR', () => {
  beforeEach(() => {
    unhandled.length = 0
    process.on('unhandledRejection', note)
  })
  afterEach(() => {
    process.off('unhandledRejection', note)
  })

  it.each(calls)('of $name', async ({ request, answers, call }) => {
    const outcomes: Record<string, unknown> = {}
    for (const shape of shapes) {
      await using engine = await scriptEngine({ ...answers, [request]: json(shape) }, ends)
      const runtime = createRuntime({ ...engine.adapter, capabilities }, { closeTimeoutMs: 50 })
      outcomes[shape] = await call(runtime).then(
        () => 'resolved',
        (error: unknown) => (RuntimeError.is(error) ? error.code : error),
      )
      await runtime.close()
    }
    await new Promise((resolve) => setImmediate(resolve))
    expect(outcomes).toEqual(Object.fromEntries(shapes.map((shape) => [shape, 'PROTOCOL_ERROR'])))
    expect(unhandled).toEqual([])
  })

  it('of the inspection of a process that runs, for its exit', async () => {
    for (const shape of shapes) {
      let asked = 0
      const turns: Answer = (incoming, response) => {
        asked += 1
        json(asked === 1 ? JSON.stringify(running) : shape)(incoming, response)
      }
      await using engine = await scriptEngine({ ...exec, 'GET /exec/e1/json': turns }, (socket) =>
        socket.write(UPGRADED),
      )
      const runtime = createRuntime({ ...engine.adapter, capabilities }, { closeTimeoutMs: 50 })
      const process = await runtime.startExec('web', command)
      await expect(process.exited).rejects.toMatchObject({ code: 'PROTOCOL_ERROR' })
      await runtime.close()
    }
    expect(unhandled).toEqual([])
  })
})

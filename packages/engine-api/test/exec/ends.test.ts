import type { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { frame, UPGRADED } from '../transport/scripted-server.ts'
import { scriptEngine, sendJson, type Answer, type ScriptedEngine } from '../scripted-engine.ts'

const running = { Running: true, ExitCode: null, Pid: 9 }
const processes = { Titles: ['PID', 'STAT'], Processes: [['9', 'S']] }

const begins = Buffer.concat([Buffer.from(UPGRADED), frame(1, 'half')])
const withinFrame = Buffer.concat([Buffer.from(UPGRADED), frame(1, 'a whole piece').subarray(0, 12)])

/** How a connection ends too early. */
const earlyEnds: readonly (readonly [string, (socket: Socket) => void])[] = [
  ['in an orderly way, as by a proxy', (socket) => socket.end(begins)],
  ['within a frame', (socket) => socket.end(withinFrame)],
  ['by being destroyed', (socket) => socket.write(begins, () => socket.destroy())],
]

function engineWhoseExec(
  exec: object | Answer,
  onUpgrade: (socket: Socket) => void,
  more: Readonly<Record<string, object>> = {},
): Promise<ScriptedEngine> {
  const answers = { 'POST /containers/web/exec': { Id: 'e1' }, 'GET /exec/e1/json': exec, ...more }
  return scriptEngine(answers, onUpgrade)
}

const lost = { code: 'CONNECTION_LOST' }

describe.each(earlyEnds)('an exec whose connection ends early, %s', (_how, cut) => {
  it.each([
    ['the engine lists its process', { 'GET /containers/web/top': processes }],
    ['the engine only reports it as running', {}],
  ])('rejects execContainer with CONNECTION_LOST where %s', async (_what, more) => {
    await using engine = await engineWhoseExec(running, cut, more)
    await expect(engine.adapter.execContainer('web', { command: ['x'] })).rejects.toMatchObject(lost)
  })

  it('rejects the output and the exit of startExec with CONNECTION_LOST', async () => {
    await using engine = await engineWhoseExec(running, cut, { 'GET /containers/web/top': processes })
    const process = await engine.adapter.startExec?.('web', { command: ['x'] })
    const read = async (): Promise<void> => {
      for await (const _chunk of process?.output ?? []) continue
    }
    await expect(read()).rejects.toMatchObject(lost)
    await expect(process?.exited).rejects.toMatchObject(lost)
  })

  it('leaves nothing unhandled where neither is read', async () => {
    await using engine = await engineWhoseExec(running, cut, { 'GET /containers/web/top': processes })
    const process = await engine.adapter.startExec?.('web', { command: ['x'] })
    await expect(process?.exited).rejects.toMatchObject(lost)
  })
})

describe('a connection that ends while the engine is late with the report of the end', () => {
  it('ends the call with the exit code', async () => {
    let asked = 0
    const late: Answer = (_request, response) => {
      asked += 1
      sendJson(response, asked < 8 ? running : { Running: false, ExitCode: 3, Pid: 9 })
    }
    await using engine = await engineWhoseExec(late, (socket) => socket.end(begins), {
      'GET /containers/web/top': { Titles: ['PID', 'STAT'], Processes: [['9', 'Zs']] },
    })
    const { exitCode, stdout } = await engine.adapter.execContainer('web', { command: ['x'] })
    expect([exitCode, stdout]).toEqual([3, 'half'])
  })
})

it('execContainer asks once about a process that has ended', async () => {
  const ended = { Running: false, ExitCode: 3, Pid: 9 }
  await using engine = await engineWhoseExec(ended, (socket) => socket.end(begins))
  expect((await engine.adapter.execContainer('web', { command: ['x'] })).exitCode).toBe(3)
  expect(engine.requests.filter((request) => request === 'GET /exec/e1/json')).toHaveLength(1)
})

describe('an exit code that stands for one that the engine does not know', () => {
  const ended = (code: number): object => ({ Running: false, ExitCode: code, Pid: 9 })
  const die = (execID: string, exitCode: string): string =>
    `${JSON.stringify({ Action: 'exec_die', Actor: { Attributes: { execID, exitCode } } })}\n`
  const events =
    (lines: string): Answer =>
    (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.write(lines)
    }

  it.each([
    ['another exit code', 3],
    ['the same', 126],
  ])('is compared with the event of the end, which has %s', async (_what, code) => {
    await using engine = await engineWhoseExec(ended(126), (socket) => socket.end(begins), {
      'GET /events': events(`${die('e0', '126')}${die('e1', String(code))}`),
    })
    const outcome = engine.adapter.execContainer('web', { command: ['x'] })
    if (code === 126) expect((await outcome).exitCode).toBe(126)
    else await expect(outcome).rejects.toMatchObject(lost)
  })
})

import { describe, expect, it } from 'vitest'
import { closed, frame, UPGRADED } from '../transport/scripted-server.ts'
import { scriptEngine, sendJson, type ScriptedEngine } from '../scripted-engine.ts'
import type { Socket } from 'node:net'

const ended = { Running: false, ExitCode: 5, Pid: 9 }

function engineWhoseExec(onUpgrade: (socket: Socket) => void, exec: object = ended): Promise<ScriptedEngine> {
  return scriptEngine({ 'POST /containers/web/exec': { Id: 'e1' }, 'GET /exec/e1/json': exec }, onUpgrade)
}

describe('execContainer over a connection of its own', () => {
  it('reads a frame that came together with the 101', async () => {
    await using engine = await engineWhoseExec((socket) => {
      socket.end(Buffer.concat([Buffer.from(UPGRADED), frame(1, 'out'), frame(2, 'err')]))
    })
    expect(await engine.adapter.execContainer('web', { command: ['x'] })).toMatchObject({
      exitCode: 5,
      stdout: 'out',
      stderr: 'err',
    })
  })

  it('puts a character together that two frames cut', async () => {
    const emoji = Buffer.from('a😀b')
    for (let cut = 1; cut < emoji.length; cut += 1) {
      await using engine = await engineWhoseExec((socket) => {
        socket.write(Buffer.concat([Buffer.from(UPGRADED), frame(1, emoji.subarray(0, cut))]))
        setImmediate(() => socket.end(frame(1, emoji.subarray(cut))))
      })
      expect((await engine.adapter.execContainer('web', { command: ['x'] })).stdout).toBe('a😀b')
    }
  })

  it('is a protocol error when the last frame is truncated', async () => {
    await using engine = await engineWhoseExec((socket) => {
      socket.end(Buffer.concat([Buffer.from(UPGRADED), frame(1, 'output').subarray(0, 10)]))
    })
    await expect(engine.adapter.execContainer('web', { command: ['x'] })).rejects.toMatchObject({
      code: 'PROTOCOL_ERROR',
    })
  })

  it('never started is told by the process id, whatever the exit code', async () => {
    await using engine = await engineWhoseExec(
      (socket) =>
        socket.end(Buffer.concat([Buffer.from(UPGRADED), frame(1, 'exec: "x": executable file not found in $PATH')])),
      { Running: false, ExitCode: 126, Pid: 0 },
    )
    await expect(engine.adapter.execContainer('web', { command: ['x'] })).rejects.toMatchObject({
      code: 'EXEC_START_FAILED',
      details: { reason: 'not-found', exitCode: 127 },
    })
  })

  it('in a container that has just ended is refused as one that does not run', async () => {
    const words = 'OCI runtime exec failed: namespace path: lstat /proc/4591/ns/ipc: no such file or directory'
    await using engine = await engineWhoseExec(
      (socket) => socket.end(Buffer.concat([Buffer.from(UPGRADED), frame(1, words)])),
      { Running: false, ExitCode: 126, Pid: 0 },
    )
    await expect(engine.adapter.execContainer('web', { command: ['x'] })).rejects.toMatchObject({
      code: 'CONTAINER_NOT_RUNNING',
    })
  })

  it('ends with the signal, and closes its connection', async () => {
    const abort = new AbortController()
    const reason = new Error('enough')
    let upgraded: Socket | undefined
    await using engine = await engineWhoseExec((socket) => {
      upgraded = socket
      socket.write(UPGRADED)
      setImmediate(() => abort.abort(reason))
    })
    await expect(engine.adapter.execContainer('web', { command: ['x'] }, { signal: abort.signal })).rejects.toBe(reason)
    expect(upgraded).toBeDefined()
    if (upgraded !== undefined) await closed(upgraded)
  })
})

/** One whose process has ended before its output arrives: that comes only after this many more questions. */
async function engineWithLateOutput(questions: number): Promise<ScriptedEngine> {
  let connection: Socket | undefined
  let asked = 0
  const inspected = (_request: unknown, response: Parameters<typeof sendJson>[0]): void => {
    asked += 1
    sendJson(response, ended)
    if (asked === questions) connection?.end(frame(1, 'late'))
  }
  return scriptEngine({ 'POST /containers/web/exec': { Id: 'e1' }, 'GET /exec/e1/json': inspected }, (socket) => {
    connection = socket
    socket.write(UPGRADED)
  })
}

describe('output that comes after the end of its process', () => {
  it('is not lost to execContainer', async () => {
    await using engine = await engineWithLateOutput(3)
    expect((await engine.adapter.execContainer('web', { command: ['x'] })).stdout).toBe('late')
  })

  it('is not lost to startExec', async () => {
    await using engine = await engineWithLateOutput(4)
    const process = await engine.adapter.startExec?.('web', { command: ['x'] })
    let text = ''
    for await (const { bytes } of process?.output ?? []) text += Buffer.from(bytes).toString()
    expect(text).toBe('late')
    expect(await process?.exited).toEqual({ exitCode: 5 })
  })
})

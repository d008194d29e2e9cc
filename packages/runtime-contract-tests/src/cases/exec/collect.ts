import { begun, equal, ok, rejects } from '../../world/assertions.ts'
import type { ContractCase } from '../case.ts'

export const collected: readonly ContractCase[] = [
  {
    id: 'exec/collect/tells-both-streams-and-the-exit-code',
    clauses: ['exec.output'],
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.runReady(programs.forever())
      const written = await runtime.execContainer(id, { command: programs.write('out', 'err') })
      equal([written.stdout, written.stderr, written.exitCode, written.truncated], ['out', 'err', 0, false])
      const failed = await runtime.execContainer(id, { command: programs.exit(3) })
      equal([failed.stdout, failed.stderr, failed.exitCode], ['', '', 3])
    },
  },
  {
    id: 'exec/collect/takes-126-and-127-of-the-process-s-own',
    clauses: ['exec.own-code'],
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.runReady(programs.forever())
      for (const code of [126, 127, 137]) {
        equal((await runtime.execContainer(id, { command: programs.exit(code) })).exitCode, code)
      }
    },
  },
  {
    id: 'exec/collect/keeps-bytes-and-characters',
    clauses: ['exec.bytes'],
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.runReady(programs.forever())
      const count = 60_000
      const { stdout, stdoutBytes } = await runtime.execContainer(id, { command: programs.repeat('☂', count) })
      equal([stdout.length, stdoutBytes.byteLength], [count, count * 3])
      ok(stdout === '☂'.repeat(count), 'characters were replaced')
    },
  },
  {
    id: 'exec/collect/passes-stdin-on',
    clauses: ['exec.stdin', 'exec.no-stdin'],
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.runReady(programs.forever())
      const command = programs.cat()
      const encoder = new TextEncoder()
      async function* pieces(): AsyncGenerator<Uint8Array, undefined> {
        yield encoder.encode('a')
        yield encoder.encode('b')
      }
      equal((await runtime.execContainer(id, { command }, { stdin: 'text ☂' })).stdout, 'text ☂')
      equal(
        (await runtime.execContainer(id, { command }, { stdin: Uint8Array.of(1, 0, 255) })).stdoutBytes,
        Uint8Array.of(1, 0, 255),
      )
      equal((await runtime.execContainer(id, { command }, { stdin: pieces() })).stdout, 'ab')
      equal((await runtime.execContainer(id, { command }, { stdin: '' })).stdout, '')
      equal((await runtime.execContainer(id, { command })).stdout, '', 'without stdin')
    },
  },
  {
    id: 'exec/collect/ends-when-stdin-is-not-read',
    clauses: ['exec.stdin-unread'],
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.runReady(programs.forever())
      const stdin = 'x'.repeat(4_000_000)
      equal((await runtime.execContainer(id, { command: programs.exit(4) }, { stdin })).exitCode, 4)
    },
  },
  {
    id: 'exec/collect/keeps-the-output-when-stdin-is-not-read',
    clauses: ['exec.stdin-unread-output'],
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.runReady(programs.forever())
      // An engine that loses output does so in a part of the runs.
      const lanes = 4
      const runsPerLane = 8
      const lane = async (): Promise<void> => {
        for (let run = 0; run < runsPerLane; run += 1) {
          const stdin = 'x'.repeat(run % 2 === 0 ? 5 : 20_000)
          const { exitCode, stdout, stderr } = await runtime.execContainer(
            id,
            { command: programs.write('out', 'err') },
            { stdin },
          )
          equal([stdout, stderr, exitCode], ['out', 'err', 0], `run ${run + 1} of ${runsPerLane}`)
        }
      }
      await Promise.all(Array.from({ length: lanes }, lane))
    },
  },
  {
    id: 'exec/collect/gives-the-process-its-environment-user-and-directory',
    clauses: ['exec.spec'],
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.runReady(programs.forever(), { env: { SHIP: 'one', KEEL: 'deep' } })
      const env = { SHIP: 'two=2', SAIL: '' }
      const lines = (await runtime.execContainer(id, { command: programs.environment(), env })).stdout.split('\n')
      for (const line of ['SHIP=two=2', 'SAIL=', 'KEEL=deep']) ok(lines.includes(line), `${line} is missing`)
      const user = await runtime.execContainer(id, { command: programs.user(), user: programs.otherUser })
      equal(user.stdout.trim(), programs.otherUser)
      const directory = await runtime.execContainer(id, { command: programs.directory(), workingDirectory: '/tmp' })
      equal(directory.stdout.trim(), '/tmp')
    },
  },
  {
    id: 'exec/collect/says-why-a-process-cannot-start',
    clauses: ['exec.start-failed'],
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.runReady(programs.forever())
      const failures = [
        [{ command: ['/no/such/program'] }, { reason: 'not-found', exitCode: 127 }],
        [{ command: ['no-such-program'] }, { reason: 'not-found', exitCode: 127 }],
        [{ command: [programs.notExecutable] }, { reason: 'not-executable', exitCode: 126 }],
        [
          { command: programs.exit(0), user: 'no-such-user' },
          { reason: 'user', exitCode: 126 },
        ],
        [
          { command: programs.exit(0), workingDirectory: '/no/such/directory' },
          { reason: 'working-directory', exitCode: 126 },
        ],
      ] as const
      for (const [spec, details] of failures) {
        const error = await rejects('EXEC_START_FAILED', runtime.execContainer(id, spec))
        equal(error.details, details)
      }
    },
  },
  {
    id: 'exec/collect/limits-the-output',
    clauses: ['exec.limit', 'exec.truncate'],
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.runReady(programs.forever())
      const command = programs.repeat('abcd', 5000)
      const error = await rejects('OUTPUT_LIMIT', runtime.execContainer(id, { command }, { maxOutputBytes: 10 }))
      equal(error.details, { limitBytes: 10 })
      const cut = await runtime.execContainer(id, { command }, { maxOutputBytes: 10, onOutputLimit: 'truncate' })
      equal([cut.stdout, cut.truncated, cut.exitCode], ['abcdabcdab', true, 0])
      const whole = await runtime.execContainer(id, { command }, { maxOutputBytes: 20_000 })
      equal([whole.stdoutBytes.byteLength, whole.truncated], [20_000, false])
    },
  },
  {
    id: 'exec/collect/tells-that-the-container-went-away',
    clauses: ['exec.interrupted'],
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.runReady(programs.forever())
      const path = '/tmp/begun'
      const exec = begun(
        rejects('EXEC_INTERRUPTED', runtime.execContainer(id, { command: programs.touchUntilKilled(path) })),
      )
      await world.untilWritten(id, path)
      await runtime.killContainer(id)
      await exec
    },
  },
  {
    id: 'exec/collect/refuses-what-does-not-run',
    clauses: ['exec.not-running'],
    async run(world) {
      const { runtime, programs } = world
      const created = await world.create(programs.forever())
      await rejects('CONTAINER_NOT_RUNNING', runtime.execContainer(created.id, { command: programs.exit(0) }))
      const { id } = await world.runToEnd(programs.exit(0))
      await rejects('CONTAINER_NOT_RUNNING', runtime.execContainer(id, { command: programs.exit(0) }))
    },
  },
  {
    id: 'exec/collect/many-at-once-do-not-disturb-each-other',
    clauses: ['exec.many'],
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.runReady(programs.forever())
      const texts = Array.from({ length: 8 }, (_, index) => `exec ${index}`)
      const results = await Promise.all(
        texts.map((text) => runtime.execContainer(id, { command: programs.write(text) })),
      )
      equal(
        results.map(({ stdout }) => stdout),
        texts,
      )
    },
  },
  {
    id: 'exec/collect/a-terminal-has-one-stream',
    clauses: ['exec.terminal'],
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.runReady(programs.forever())
      const { stdout, stderr, exitCode } = await runtime.execContainer(id, {
        command: programs.write('out\n', 'err\n'),
        tty: true,
      })
      equal([stdout, stderr, exitCode], ['out\r\nerr\r\n', '', 0])
    },
  },
]

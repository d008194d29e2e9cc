import { equal, ok } from '../../world/assertions.ts'
import type { ContractCase } from '../case.ts'

export const logs: readonly ContractCase[] = [
  {
    id: 'logs/read/tells-the-streams-apart-and-keeps-the-order',
    clauses: ['logs.streams', 'logs.select'],
    async run(world) {
      const { id } = await world.runToEnd(world.programs.write('o1\no2\n', 'e1\ne2\n'))
      equal(await world.logs(id), { stdout: 'o1\no2\n', stderr: 'e1\ne2\n' })
      equal(await world.logs(id, { streams: ['stdout'] }), { stdout: 'o1\no2\n', stderr: '' })
      equal(await world.logs(id, { streams: ['stderr'] }), { stdout: '', stderr: 'e1\ne2\n' })
    },
  },
  {
    id: 'logs/read/gives-the-last-lines',
    clauses: ['logs.tail'],
    async run(world) {
      const { id } = await world.runToEnd(world.programs.lines(10))
      equal((await world.logs(id, { tail: 2 })).stdout, 'line 9\nline 10\n')
      equal((await world.logs(id, { tail: 0 })).stdout, '')
      equal((await world.logs(id, { tail: 100 })).stdout.split('\n').length, 11)
      equal((await world.logs(id, { tail: 1, follow: true })).stdout, 'line 10\n')
    },
  },
  {
    id: 'logs/read/puts-times-on-chunks',
    clauses: ['logs.timestamps'],
    async run(world) {
      const { id } = await world.runToEnd(world.programs.lines(3))
      const details = await world.runtime.inspectContainer(id)
      const times: string[] = []
      let text = ''
      for await (const { timestamp, bytes } of world.runtime.containerLogs(id, { timestamps: true })) {
        ok(timestamp !== undefined && !Number.isNaN(Date.parse(timestamp)), `${timestamp} is no time`)
        times.push(timestamp)
        text += new TextDecoder().decode(bytes)
      }
      equal(text, 'line 1\nline 2\nline 3\n', 'the text without the times')
      ok(
        times.length >= 1 && times.every((time, index) => index === 0 || (times[index - 1] ?? '') <= time),
        'out of order',
      )
      ok(Date.parse(times[0] ?? '') >= Date.parse(details.startedAt ?? '') - 1000, 'before the start')
      for await (const { timestamp } of world.runtime.containerLogs(id)) equal(timestamp, undefined, 'not asked for')
    },
  },
  {
    id: 'logs/read/cuts-by-time',
    clauses: ['logs.since'],
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.runReady(programs.ticks())
      // Some engines write whole seconds only: a boundary between two of them is one for all.
      const boundary = await world.eventually('ticks of two seconds', async () => {
        const seconds: string[] = []
        for await (const { timestamp = '' } of runtime.containerLogs(id, { timestamps: true })) {
          const second = timestamp.slice(0, 'YYYY-MM-DDTHH:MM:SS'.length)
          if (seconds.at(-1) !== second) seconds.push(second)
        }
        return seconds[1]
      })
      await runtime.killContainer(id)
      const middle = new Date(`${boundary}Z`)
      const all = (await world.logs(id)).stdout
      const late = (await world.logs(id, { since: middle })).stdout
      const early = (await world.logs(id, { until: middle })).stdout
      ok(early.startsWith('tick 1\n') && !late.includes('tick 1\n'), 'the first tick is on the wrong side')
      equal(early + late, all, 'both halves')
    },
  },
  {
    id: 'logs/follow/gives-what-comes-and-ends-with-the-container',
    clauses: ['logs.follow'],
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.run(programs.ticks())
      const decoder = new TextDecoder()
      let text = ''
      for await (const { bytes } of runtime.containerLogs(id, { follow: true })) {
        text += decoder.decode(bytes)
        if (text.includes('tick 5\n') && !text.includes('tick 6')) await runtime.killContainer(id)
      }
      ok(text.startsWith('tick 1\ntick 2\ntick 3\ntick 4\ntick 5\n'), `got ${JSON.stringify(text.slice(0, 80))}`)
      equal((await runtime.inspectContainer(id)).status, 'exited')
    },
  },
  {
    id: 'logs/follow/of-what-has-exited-ends',
    clauses: ['logs.follow-exited'],
    async run(world) {
      const { id } = await world.runToEnd(world.programs.lines(3))
      equal((await world.logs(id, { follow: true })).stdout, 'line 1\nline 2\nline 3\n')
    },
  },
  {
    id: 'logs/follow/ends-at-its-time',
    clauses: ['logs.follow-until'],
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.runReady(programs.ticks())
      const { value: first } = await runtime.containerLogs(id, { timestamps: true, follow: true }).next()
      // Some engines write whole seconds only.
      const begun = Date.parse(first?.timestamp ?? '')
      const until = new Date(begun + 2000)
      const { stdout } = await world.logs(id, { follow: true, until })
      ok(stdout.startsWith('tick 1\ntick 2\ntick 3\ntick 4\ntick 5\n'), `got ${JSON.stringify(stdout.slice(0, 80))}`)
      const again = await world.logs(id, { follow: true, until })
      ok(stdout.startsWith(again.stdout) || again.stdout.startsWith(stdout), 'the past was told in another way')
      // Of a process that writes nothing more.
      const silent = await world.runReady(programs.forever())
      const { stdout: ready } = await world.logs(silent.id, { follow: true, until: new Date(begun + 3000) })
      ok(ready === '' || ready === 'ready\n', `got ${JSON.stringify(ready)}`)
      equal((await runtime.inspectContainer(silent.id)).status, 'running')
    },
  },
  {
    id: 'logs/follow/is-left-at-once-also-while-it-waits',
    clauses: ['logs.leave'],
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.runReady(programs.forever())
      const stream = runtime.containerLogs(id, { follow: true })
      await stream.next()
      const pending = stream.next()
      await stream.return()
      equal((await pending).done, true)
      equal((await stream.next()).done, true, 'after it was left')
      equal((await runtime.inspectContainer(id)).status, 'running')
    },
  },
  {
    id: 'logs/read/of-what-was-never-started-is-empty',
    clauses: ['logs.never-started'],
    async run(world) {
      const { id } = await world.create(world.programs.lines(3))
      equal(await world.logs(id), { stdout: '', stderr: '' })
    },
  },
  {
    id: 'logs/read/keeps-bytes-as-they-are',
    clauses: ['logs.bytes'],
    async run(world) {
      const text = 'no end ☂ 😀 \t\r\nlast'
      const { id } = await world.runToEnd(world.programs.write(text))
      equal((await world.logs(id)).stdout, text)
    },
  },
  {
    id: 'logs/read/a-terminal-s-output-is-stdout',
    clauses: ['logs.terminal'],
    async run(world) {
      // What looks like the header of a frame must not be taken for one.
      const frame = '\u0001\u0000\u0000\u0000'.replaceAll('\u0000', ' ')
      const { id } = await world.runToEnd(world.programs.write(`${frame}out\n`, 'err\n'), { tty: true })
      equal(await world.logs(id), { stdout: `${frame}out\r\nerr\r\n`, stderr: '' })
    },
  },
]

import { equal, ok, rejects } from '../../world/assertions.ts'
import type { ContractCase } from '../case.ts'

export const starting: readonly ContractCase[] = [
  {
    id: 'containers/start/running-is-a-no-op',
    clauses: ['start.running'],
    async run(world) {
      const { id } = await world.runReady(world.programs.forever())
      const before = await world.runtime.inspectContainer(id)
      await world.runtime.startContainer(id)
      const after = await world.runtime.inspectContainer(id)
      equal([after.status, after.startedAt], ['running', before.startedAt])
    },
  },
  {
    id: 'containers/start/a-job-that-ends-at-once-is-no-error',
    clauses: ['start.exited-job', 'inspect.life'],
    async run(world) {
      const { id, exitCode } = await world.runToEnd(world.programs.exit(0))
      equal(exitCode, 0)
      const details = await world.runtime.inspectContainer(id)
      equal([details.status, details.exitCode], ['exited', 0])
      ok(details.startedAt !== undefined && details.finishedAt !== undefined, 'times are missing')
      ok(Date.parse(details.createdAt) <= Date.parse(details.startedAt), 'started before it was created')
    },
  },
  {
    id: 'containers/start/starts-again-what-has-exited',
    clauses: ['start.again', 'inspect.life'],
    async run(world) {
      const { id } = await world.runReady(world.programs.onTerm(4))
      await world.runtime.stopContainer(id)
      const { startedAt = '', finishedAt = '' } = await world.runtime.inspectContainer(id)
      // Of a job that ends at once Docker may note the end before the start.
      ok(Date.parse(startedAt) <= Date.parse(finishedAt), 'finished before it was started')
      await world.runtime.startContainer(id)
      const details = await world.runtime.inspectContainer(id)
      equal([details.status, details.exitCode, details.finishedAt], ['running', undefined, undefined])
    },
  },
  {
    id: 'containers/start/says-why-a-process-cannot-start',
    clauses: ['start.failed'],
    async run(world) {
      const missing = await world.create(['/no/such/program'])
      const absent = await rejects('CONTAINER_START_FAILED', world.runtime.startContainer(missing.id))
      equal(absent.details, { reason: 'not-found', exitCode: 127 })
      const plain = await world.create([world.programs.notExecutable])
      const refused = await rejects('CONTAINER_START_FAILED', world.runtime.startContainer(plain.id))
      equal(refused.details, { reason: 'not-executable', exitCode: 126 })
    },
  },
  {
    id: 'containers/start/has-published-its-ports',
    clauses: ['start.port'],
    async run(world) {
      const { id } = await world.run(world.programs.forever(), { ports: [{ containerPort: 8080 }] })
      const { ports } = await world.runtime.inspectContainer(id)
      // One entry, or one for each family of addresses where the engine has chosen different ports for them.
      ok(ports.length === 1 || ports.length === 2, `${ports.length} entries`)
      for (const port of ports) {
        equal([port.containerPort, port.protocol], [8080, 'tcp'])
        ok(port.hostPort > 0 && port.hostAddresses.length > 0, 'no host port')
      }
      await world.runtime.stopContainer(id, { timeoutMs: 0 })
      equal((await world.runtime.inspectContainer(id)).ports, [], 'ports of a stopped container')
    },
  },
  {
    id: 'containers/start/publishes-on-the-host-address-alone',
    clauses: ['start.port-address'],
    async run(world) {
      const ports = ['127.0.0.1', '127.0.0.2'].map((hostAddress) => ({ containerPort: 8080, hostAddress }))
      const { id } = await world.run(world.programs.forever(), { ports })
      const published = (await world.runtime.inspectContainer(id)).ports
      equal(published.flatMap(({ hostAddresses }) => hostAddresses).toSorted(), ['127.0.0.1', '127.0.0.2'])
    },
  },
  {
    id: 'containers/start/refuses-a-host-port-that-is-taken',
    clauses: ['start.port-in-use'],
    async run(world) {
      const { runtime, programs } = world
      const holder = await world.run(programs.forever(), { ports: [{ containerPort: 8080 }] })
      const hostPort = (await runtime.inspectContainer(holder.id)).ports[0]?.hostPort ?? 0
      const second = await world.create(programs.forever(), { ports: [{ containerPort: 8080, hostPort }] })
      const error = await rejects('PORT_IN_USE', runtime.startContainer(second.id))
      equal(error.details, { hostPort, holderId: holder.id })
    },
  },
]

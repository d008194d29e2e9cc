import { RuntimeError, type BuildEvent, type BuildSpec } from '@moorage/runtime-core'
import type { Command } from '../../programs/programs.ts'
import { equal, ok, rejects } from '../../world/assertions.ts'
import { build, dockerfile, logOf, newFolder, runLine, transferredBytes } from '../../world/builds.ts'
import { abortMidway } from '../../world/latency.ts'
import type { World } from '../../world/world.ts'
import type { ContractCase } from '../case.ts'

const needs = ['build'] as const

/** A tag that nothing else has. */
function newTag(world: World): string {
  return `${world.name('built').toLowerCase()}:1`
}

export const buildCases: readonly ContractCase[] = [
  {
    id: 'builds/image/has-what-its-dockerfile-says',
    clauses: ['build.image', 'build.labels'],
    needs,
    async run(world) {
      const { runtime, programs } = world
      const Dockerfile = dockerfile(
        world,
        '# a comment',
        'ENV SAIL=white KEEL="deep and \\"long\\""',
        'ENV BOTH=$SAIL-${KEEL:+yes} \\',
        '    LAST=1',
        'LABEL com.example.sail=red com.example.keel="deep and long"',
        'EXPOSE 8080 53/udp',
        'WORKDIR /work/below',
        `USER ${programs.otherUser}`,
        `CMD ${JSON.stringify(programs.directory())}`,
      )
      const { id } = await build(world, { context: { files: { Dockerfile } }, labels: { 'com.example.sail': 'white' } })
      const image = await runtime.inspectImage(id)
      equal(
        ['SAIL', 'KEEL', 'BOTH', 'LAST'].map((name) => image.env[name]),
        ['white', 'deep and "long"', 'white-yes', '1'],
      )
      equal([image.labels['com.example.sail'], image.labels['com.example.keel']], ['white', 'deep and long'])
      equal(image.exposedPorts.toSorted(), ['53/udp', '8080/tcp'])
      equal(
        [image.workingDirectory, image.user, image.command],
        ['/work/below', programs.otherUser, programs.directory()],
      )
      equal(image.operatingSystem, (await runtime.inspectImage(programs.image)).operatingSystem)
      equal(await world.outputOf(programs.directory(), { image: id }), '/work/below\n')
      equal(await world.outputOf(programs.user(), { image: id }), `${programs.otherUser}\n`)
      ok(
        (await world.outputOf(programs.environment(), { image: id })).includes('SAIL=white\n'),
        'no SAIL in a container',
      )
    },
  },
  {
    id: 'builds/image/has-its-healthcheck',
    clauses: ['build.healthcheck'],
    needs,
    async run(world) {
      const test = world.programs.readFile('/up')
      const Dockerfile = dockerfile(world, `HEALTHCHECK --interval=5s --retries=2 CMD ${JSON.stringify(test)}`)
      const { id } = await build(world, { context: { files: { Dockerfile } } })
      const { healthcheck } = await world.runtime.inspectImage(id)
      equal([healthcheck?.test, healthcheck?.intervalMs, healthcheck?.retries], [test, 5000, 2])
    },
  },
  {
    id: 'builds/image/has-all-of-its-tags',
    clauses: ['build.tags', 'build.failed'],
    needs,
    async run(world) {
      const { runtime, programs } = world
      const tags = [newTag(world), newTag(world)]
      const first = await build(world, { context: { files: { Dockerfile: dockerfile(world, 'ENV N=1') } }, tags })
      equal(first.tags.toSorted(), tags.toSorted())
      for (const tag of tags) equal((await runtime.inspectImage(tag)).id, first.id)
      const failing = { files: { Dockerfile: dockerfile(world, 'ENV N=2', runLine(programs.exit(3))) } }
      await rejects('BUILD_FAILED', build(world, { context: failing, tags }))
      for (const tag of tags) equal((await runtime.inspectImage(tag)).id, first.id)
      const second = await build(world, { context: { files: { Dockerfile: dockerfile(world, 'ENV N=3') } }, tags })
      for (const tag of tags) equal((await runtime.inspectImage(tag)).id, second.id)
    },
  },
  {
    id: 'builds/arguments/are-what-arg-declares',
    clauses: ['build.arguments'],
    needs,
    async run(world) {
      const Dockerfile = dockerfile(world, 'ARG ONE=1', 'ARG TWO=2', 'LABEL one=$ONE two="$TWO" three=${THREE:-3}')
      const buildArguments = { TWO: 'two, of "many"' }
      const { id } = await build(world, { context: { files: { Dockerfile } }, buildArguments })
      const { labels } = await world.runtime.inspectImage(id)
      equal([labels['one'], labels['two'], labels['three']], ['1', 'two, of "many"', '3'])
    },
  },
  {
    id: 'builds/target/is-the-stage-that-was-named',
    clauses: ['build.target'],
    needs,
    async run(world) {
      const { programs } = world
      const Dockerfile = [
        `FROM ${programs.image} AS hull`,
        runLine(programs.writeFile('/hull', 'wood')),
        'FROM hull AS boat',
        'LABEL kind=boat',
        `FROM ${programs.image} AS wreck`,
        runLine(programs.exit(3)),
        `FROM ${programs.image}`,
        'COPY --from=hull /hull /copied',
        'LABEL kind=last',
        '',
      ].join('\n')
      const context = { files: { Dockerfile } }
      const { id } = await build(world, { context, target: 'boat' })
      equal((await world.runtime.inspectImage(id)).labels['kind'], 'boat')
      equal(await world.outputOf(programs.readFile('/hull'), { image: id }), 'wood')
      const last = await build(world, { context })
      equal(await world.outputOf(programs.readFile('/copied'), { image: last.id }), 'wood')
    },
  },
  {
    id: 'builds/image/is-for-the-platform-that-was-asked-for',
    clauses: ['build.platform'],
    needs,
    async run(world) {
      const Dockerfile = 'FROM scratch\nARG TARGETPLATFORM\nLABEL for=$TARGETPLATFORM\n'
      for (const platform of ['linux/arm64', 'linux/amd64']) {
        const { id } = await build(world, { context: { files: { Dockerfile } }, platform })
        const { operatingSystem, architecture, labels } = await world.runtime.inspectImage(id)
        equal([`${operatingSystem}/${architecture}`, labels['for']], [platform, platform])
      }
    },
  },
  {
    id: 'builds/steps/are-told-as-they-go',
    clauses: ['build.steps', 'build.transfers'],
    needs,
    async run(world) {
      const { programs } = world
      const folder = await newFolder(world)
      const size = 300_000
      await folder.write('cargo', 'x'.repeat(size))
      const mark = `mark ${Math.random()}`
      const stages = [
        `FROM ${programs.image} AS first`,
        runLine(programs.writeFile('/made', 'x')),
        runLine(programs.exit(0)),
        'LABEL stage=first',
        `FROM ${programs.image}`,
        'COPY --from=first /made /made',
        'COPY cargo /cargo',
        runLine(programs.write(`${mark}\n`)),
      ]
      await folder.write('Dockerfile', stages.join('\n'))
      const events: BuildEvent[] = []
      await build(world, { context: { directory: folder.path } }, { onEvent: (event) => events.push(event) })
      equal(logOf(events).includes(`${mark}\n`), true, 'what the step wrote is told')
      const open = new Set<string>()
      const ended = new Set<string>()
      for (const event of events) {
        if (!('step' in event)) continue
        const { type, step } = event
        if (type === 'step-started') {
          ok(!open.has(step) && !ended.has(step), `step ${event.name} begins twice`)
          open.add(step)
        } else if (type === 'step-completed') {
          ok(open.delete(step) && !ended.has(step), 'a step ends that has not begun')
          ended.add(step)
          equal([event.error, event.cached === true || event.cached === false], [undefined, true])
        } else if (type === 'log') ok(open.has(step), 'a step writes that is not open')
      }
      equal([...open], [], 'steps that have not ended')
      const writer = events.find((event) => event.type === 'step-started' && event.name.includes(mark))
      ok(writer !== undefined, 'no step has the name of what it runs')
      ok(transferredBytes(events) >= size, `${transferredBytes(events)} bytes were transferred, of ${size}`)
    },
  },
  {
    id: 'builds/steps/have-the-surroundings-that-were-asked-for',
    clauses: ['build.surroundings'],
    needs,
    async run(world) {
      const { programs } = world
      const said = async (command: Command, spec: Partial<BuildSpec>): Promise<string> => {
        const events: BuildEvent[] = []
        const files = { Dockerfile: dockerfile(world, runLine(command)) }
        await build(world, { context: { files }, noCache: true, ...spec }, { onEvent: (event) => events.push(event) })
        return logOf(events).trim()
      }
      const ulimits = [{ name: 'nofile', soft: 100, hard: 200 }]
      const limits = await said(programs.observe('open-file-limits'), { ulimits }).catch((error: unknown) => {
        if (RuntimeError.is(error, 'UNSUPPORTED') && error.details.field === 'spec.ulimits') return undefined
        throw error
      })
      if (limits !== undefined) equal(limits, '100 200')
      equal(await said(programs.observe('host-address', 'buoy'), { extraHosts: { buoy: '10.1.2.3' } }), '10.1.2.3')
      equal(await said(programs.observe('interfaces'), { networkMode: 'none' }), 'lo')
    },
  },
  {
    id: 'builds/steps/fail-with-their-code-and-last-lines',
    clauses: ['build.failed'],
    needs,
    async run(world) {
      const step = runLine(world.programs.lines(80, 7))
      const Dockerfile = dockerfile(world, step, 'ENV NEVER=here')
      const { details } = await rejects('BUILD_FAILED', build(world, { context: { files: { Dockerfile } } }))
      equal(details.exitCode, 7)
      ok(
        details.step?.includes(world.programs.lines(80, 7).at(-1) ?? '') === true,
        `the step is told as ${details.step}`,
      )
      equal(
        details.logTail,
        Array.from({ length: 50 }, (_, index) => `line ${index + 31}`),
      )
    },
  },
  {
    id: 'builds/dockerfile/that-is-wrong-is-told-by-its-line',
    clauses: ['build.malformed'],
    needs,
    async run(world) {
      const Dockerfile = dockerfile(world, '# a comment', 'ENV A=1', 'BOGUS thing')
      const error = await rejects('BUILD_FAILED', build(world, { context: { files: { Dockerfile } } }))
      equal([error.details.line, error.details.step, error.details.exitCode], [4, undefined, undefined])
      ok(error.message.includes('BOGUS'), error.message)
    },
  },
  {
    id: 'builds/dockerfile/that-asks-for-what-is-not-there-fails',
    clauses: ['build.missing'],
    needs,
    async run(world) {
      const files = { Dockerfile: dockerfile(world, 'ENV A=1') }
      await rejects('BUILD_FAILED', build(world, { context: { files: { other: 'x' } } }))
      await rejects('BUILD_FAILED', build(world, { context: { files }, dockerfile: 'docker/Dockerfile' }))
      await rejects('BUILD_FAILED', build(world, { context: { files }, target: 'nobody' }))
      for (const text of [dockerfile(world, 'COPY no-such /'), 'FROM moorage-contract-no-such-image:1\n']) {
        const error = await rejects('BUILD_FAILED', build(world, { context: { files }, dockerfile: { inline: text } }))
        equal(error.details.exitCode, undefined)
      }
    },
  },
  {
    id: 'calls/abort/a-build-midway',
    clauses: ['abort.midway', 'abort.no-listener', 'build.abort'],
    needs,
    async run(world) {
      const { runtime, programs } = world
      // Podman does not stop a step: it must end by itself.
      const pause = programs.pause(2000)
      const Dockerfile = dockerfile(world, runLine(pause))
      let begin: () => void = () => undefined
      const begun = new Promise<void>((resolve) => {
        begin = resolve
      })
      const onEvent = (event: BuildEvent): void => {
        if (event.type === 'step-started' && event.name.includes(pause.at(-1) ?? '')) begin()
      }
      const spec = { context: { files: { Dockerfile } }, tags: [newTag(world)], noCache: true }
      world.latencies.push(
        await abortMidway(
          (signal) => build(world, spec, { signal, onEvent }),
          () => begun,
        ),
      )
      equal(await runtime.listImages({ labels: world.labels }), [])
    },
  },
]

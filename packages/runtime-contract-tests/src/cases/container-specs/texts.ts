import { RuntimeError, type ContainerDetails, type ContainerSpec } from '@moorage/runtime-core'
import { equal, ok } from '../../world/assertions.ts'
import { awkwardTexts } from '../../world/awkward-texts.ts'
import type { World } from '../../world/world.ts'
import type { ContractCase } from '../case.ts'

/** One field of a spec with a text in it, and what an inspect has there. */
interface TextField {
  /** How the field begins in the details of a refusal. */
  readonly field: string
  readonly put: (text: string, world: World) => Partial<ContainerSpec>
  readonly read: (details: ContainerDetails, text: string) => unknown
}

const fields: readonly TextField[] = [
  {
    field: 'spec.labels',
    put: (text) => ({ labels: { [text]: 'key', value: text } }),
    read: ({ labels }, text) => (labels[text] === 'key' ? labels.value : `other keys: ${Object.keys(labels).join()}`),
  },
  { field: 'spec.env', put: (text) => ({ env: { [text]: 'x' } }), read: ({ env }, text) => env[text] === 'x' && text },
  {
    field: 'spec.command',
    put: (text, { programs }) => ({ command: [...programs.write(text)] }),
    read: ({ command }, text) => command.includes(text) && text,
  },
  {
    field: 'spec.workingDirectory',
    put: (text) => ({ workingDirectory: `/${text}` }),
    read: ({ workingDirectory }) => workingDirectory.slice(1),
  },
  { field: 'spec.hostname', put: (text) => ({ hostname: text }), read: ({ hostname }) => hostname },
  {
    field: 'spec.healthcheck',
    put: (text) => ({ healthcheck: { test: ['check', text] } }),
    read: ({ healthcheck }) => healthcheck && healthcheck.test[1],
  },
  {
    field: 'spec.mounts',
    put: (text) => ({ mounts: [{ type: 'volume', target: `/${text}` }] }),
    read: ({ mounts }) => mounts.map(({ target }) => target.slice(1)).join(),
  },
  {
    field: 'spec.extraHosts',
    put: (text) => ({ extraHosts: { [text]: '192.0.2.7' } }),
    read: ({ extraHosts = {} }) => Object.keys(extraHosts).join(),
  },
]

/** Creates it with as many of the fields as the backend takes; a refusal names one of them, which is then left out. */
async function createWithMost(
  world: World,
  text: string,
): Promise<{ readonly id: string; readonly taken: readonly TextField[] }> {
  let taken = fields
  for (;;) {
    const parts = taken.map(({ put }) => put(text, world))
    const labels = Object.assign({}, ...parts.map((part) => part.labels ?? {})) as Readonly<Record<string, string>>
    const spec: Partial<ContainerSpec> = Object.assign({}, ...parts, { labels })
    try {
      const { id } = await world.create(spec.command ?? world.programs.exit(0), spec)
      return { id, taken }
    } catch (error) {
      if (!RuntimeError.is(error, 'INVALID_ARGUMENT') && !RuntimeError.is(error, 'UNSUPPORTED')) throw error
      const named = error.details.field ?? ''
      const others = taken.filter(({ field }) => !named.startsWith(field))
      ok(others.length < taken.length, `the refusal of ${JSON.stringify(text)} names ${named}`)
      taken = others
    }
  }
}

export const textCases: readonly ContractCase[] = [
  {
    id: 'containers/names/are-the-same-or-refused',
    clauses: ['spec.texts'],
    async run(world) {
      for (const [index, text] of awkwardTexts.entries()) {
        const { id, taken } = await createWithMost(world, text)
        const details = await world.runtime.inspectContainer(id)
        for (const { field, read } of taken) equal(read(details, text), text, `${field} of ${JSON.stringify(text)}`)
        ok(taken.length >= 5, `only ${taken.length} fields take ${JSON.stringify(text)}`)
        equal((await world.runtime.listContainers({ labels: world.labels })).length, index + 1, 'containers')
      }
    },
  },
  {
    id: 'containers/names/never-bind-another-directory',
    clauses: ['spec.texts', 'spec.bind'],
    async run(world) {
      const { hostDirectory, exit } = world.programs
      for (const ending of [',ro', ',readonly', ':ro', ',target=/other', ' ', '\n', '*', '"']) {
        const mounts = [{ type: 'bind', source: `${hostDirectory}${ending}`, target: '/host' }] as const
        for (const relabel of [{}, { relabel: 'shared' }] as const) {
          const spec = { mounts: mounts.map((mount) => ({ ...mount, ...relabel })) }
          const error = await world.create(exit(0), spec).catch((reason: unknown) => reason)
          const refusals = ['PATH_NOT_FOUND', 'UNSUPPORTED', 'INVALID_ARGUMENT'] as const
          ok(
            refusals.some((code) => RuntimeError.is(error, code)),
            `a bind of a directory with ${JSON.stringify(ending)} is not refused`,
          )
        }
      }
      equal(await world.runtime.listContainers({ labels: world.labels }), [])
    },
  },
]

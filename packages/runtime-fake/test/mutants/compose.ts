import { readFile } from 'node:fs/promises'
import { RuntimeError, streamFrom, type ComposeLogLine } from '@moorage/runtime-core'
import { around, failure, instead, mutant, type Mutant } from './mutant.ts'

export const composeMutants: readonly Mutant[] = [
  mutant('every up makes everything anew', ['compose/up/brings-services-up-once'], (runtime) => ({
    composeUp: async (project, options) => {
      await runtime.composeDown(project)
      return runtime.composeUp(project, options)
    },
  })),
  mutant('nothing is ever made anew', ['compose/up/recreates-what-has-changed'], (runtime) => ({
    composeUp: (project, options) => runtime.composeUp(project, { ...options, noRecreate: true }),
  })),
  mutant('every up reads all profiles', ['compose/up/needs-only-the-services-that-it-names'], (runtime) => ({
    composeUp: async (project, options) => {
      const { services } = JSON.parse(await readFile(`${project.workingDirectory}/compose.yaml`, 'utf8')) as {
        readonly services: Readonly<Record<string, { readonly profiles?: readonly string[] }>>
      }
      const profiles = Object.values(services).flatMap((service) => service.profiles ?? [])
      await runtime.composeConfig({ ...project, profiles })
      return runtime.composeUp(project, options)
    },
  })),
  mutant(
    'an up that failed is well',
    [
      'compose/up/names-a-job-that-fails',
      'compose/up/names-who-is-not-ready-in-time',
      'compose/files/that-are-wrong-are-told',
    ],
    (runtime) => around(runtime, 'composeUp', instead('COMPOSE_FAILED', 'success')),
  ),
  mutant('volumes go with every down', ['compose/down/removes-the-project-and-nothing-twice'], (runtime) => ({
    composeDown: (project, options) => runtime.composeDown(project, { ...options, removeVolumes: true }),
  })),
  mutant(
    'composeDown removes by the name alone',
    [
      'compose/down/keeps-external-volumes',
      'compose/down/keeps-services-that-the-files-do-not-name',
      'compose/down/keeps-a-project-of-another-folder',
    ],
    (runtime) => ({
      composeDown: ({ projectName = '' }, options) => runtime.composeDown({ projectName }, options),
    }),
  ),
  mutant('orphans are never removed', ['compose/down/keeps-services-that-the-files-do-not-name'], (runtime) => ({
    composeDown: (project, options) => runtime.composeDown(project, { ...options, removeOrphans: false }),
  })),
  mutant('dollars of the model are doubled', ['compose/config/has-the-dollars-that-containers-get'], (runtime) => ({
    composeConfig: async (project, options) => {
      const model = await runtime.composeConfig(project, options)
      return JSON.parse(JSON.stringify(model).replaceAll('$', '$$$$')) as typeof model
    },
  })),
  mutant('lines are nobody’s', ['compose/logs/tell-whose-lines-they-are'], (runtime) => ({
    composeLogs(project, options) {
      async function* changed(): AsyncGenerator<ComposeLogLine, undefined> {
        for await (const line of runtime.composeLogs(project, options)) yield { ...line, service: '' }
      }
      return streamFrom(changed())
    },
  })),
  mutant('variables are empty', ['compose/config/is-merged-and-filled-in'], (runtime) => ({
    composeConfig: ({ env: _env, ...project }, options) => runtime.composeConfig(project, options),
  })),
  mutant('a wrong file is not named', ['compose/files/that-are-wrong-are-named'], (runtime) => ({
    composeConfig: (project, options) =>
      runtime.composeConfig(project, options).catch((error: unknown) => {
        throw RuntimeError.is(error, 'COMPOSE_FAILED') ? failure('COMPOSE_FAILED') : error
      }),
  })),
  mutant(
    'a profile that nobody has is one with nothing in it',
    ['compose/profiles/that-nobody-has-are-refused'],
    (runtime) => ({
      composeConfig: (project, options) =>
        runtime.composeConfig(project, options).catch((error: unknown) => {
          if (!RuntimeError.is(error, 'COMPOSE_FAILED') || error.details.kind !== 'unknown-profile') throw error
          return runtime.composeConfig({ ...project, profiles: [] }, options)
        }),
    }),
  ),
  mutant('an aborted up is a lost connection', ['compose/up/is-aborted-at-once'], (runtime) => ({
    composeUp: (project, options) =>
      runtime.composeUp(project, options).catch((error: unknown) => {
        throw options?.signal?.aborted === true ? failure('CONNECTION_LOST') : error
      }),
  })),
]

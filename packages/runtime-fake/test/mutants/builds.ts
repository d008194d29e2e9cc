import { RuntimeError, type BuildEvent, type BuildSpec, type Runtime } from '@moorage/runtime-core'
import { firstEntries } from './first-entries.ts'
import { around, failure, instead, mutant, type Mutant } from './mutant.ts'

/** A build of something else. */
function building(
  runtime: Runtime,
  change: (spec: BuildSpec) => BuildSpec | Promise<BuildSpec>,
): Pick<Runtime, 'buildImage'> {
  return { buildImage: async (spec, options) => runtime.buildImage(await change(spec), options) }
}

/** A build that tells of itself in another way. */
function telling(runtime: Runtime, change: (event: BuildEvent) => readonly BuildEvent[]): Pick<Runtime, 'buildImage'> {
  return {
    buildImage: (spec, options) =>
      runtime.buildImage(spec, {
        ...options,
        onEvent: (event) => change(event).forEach((changed) => options?.onEvent?.(changed)),
      }),
  }
}

/** The failure of a build with other details. */
function failing(
  runtime: Runtime,
  change: (details: RuntimeError<'BUILD_FAILED'>['details']) => object,
): Partial<Runtime> {
  return around(runtime, 'buildImage', async (invoke) => {
    try {
      return await invoke()
    } catch (error) {
      throw RuntimeError.is(error, 'BUILD_FAILED') ? failure('BUILD_FAILED', change(error.details)) : error
    }
  })
}

function inContext(spec: BuildSpec, change: (files: Record<string, string | Uint8Array>) => void): BuildSpec {
  if (!('files' in spec.context)) return spec
  const files = { ...spec.context.files }
  change(files)
  return { ...spec, context: { files } }
}

export const buildMutants: readonly Mutant[] = [
  mutant('the labels of a build are dropped', ['builds/image/has-what-its-dockerfile-says'], (runtime) =>
    building(runtime, ({ labels = {}, ...spec }) => ({
      ...spec,
      labels: Object.fromEntries(Object.entries(labels).filter(([name]) => !name.startsWith('com.example.'))),
    })),
  ),
  mutant('a built image has no healthcheck', ['builds/image/has-its-healthcheck'], (runtime) => ({
    inspectImage: async (reference, options) => {
      const { healthcheck: _healthcheck, ...image } = await runtime.inspectImage(reference, options)
      return image
    },
  })),
  mutant('only the first tag is given', ['builds/image/has-all-of-its-tags'], (runtime) =>
    building(runtime, ({ tags = [], ...spec }) => ({ ...spec, tags: tags.slice(0, 1) })),
  ),
  mutant('a build that fails moves its tags', ['builds/image/has-all-of-its-tags'], (runtime) => ({
    buildImage: async (spec, options) => {
      try {
        return await runtime.buildImage(spec, options)
      } catch (error) {
        const built = await runtime.buildImage({
          context: { files: { Dockerfile: 'FROM scratch' } },
          labels: spec.labels ?? {},
        })
        for (const tag of spec.tags ?? []) await runtime.tagImage(built.id, tag)
        throw error
      }
    },
  })),
  mutant('build arguments are dropped', ['builds/arguments/are-what-arg-declares'], (runtime) =>
    building(runtime, ({ buildArguments: _buildArguments, ...spec }) => spec),
  ),
  mutant('the last stage is always the target', ['builds/target/is-the-stage-that-was-named'], (runtime) =>
    building(runtime, ({ target: _target, ...spec }) => spec),
  ),
  mutant('steps begin twice', ['builds/steps/are-told-as-they-go'], (runtime) =>
    telling(runtime, (event) => (event.type === 'step-started' ? [event, event] : [event])),
  ),
  mutant('limits of steps are dropped', ['builds/steps/have-the-surroundings-that-were-asked-for'], (runtime) =>
    building(runtime, ({ ulimits: _ulimits, ...spec }) => spec),
  ),
  mutant('every image is for this machine', ['builds/image/is-for-the-platform-that-was-asked-for'], (runtime) =>
    building(runtime, ({ platform: _platform, ...spec }) => spec),
  ),
  mutant('steps never end', ['builds/steps/are-told-as-they-go'], (runtime) =>
    telling(runtime, (event) => (event.type === 'step-completed' ? [] : [event])),
  ),
  mutant('what a step writes is not told', ['builds/steps/are-told-as-they-go'], (runtime) =>
    telling(runtime, (event) => (event.type === 'log' ? [] : [event])),
  ),
  mutant('a failed build is well', ['builds/dockerfile/that-asks-for-what-is-not-there-fails'], (runtime) =>
    around(runtime, 'buildImage', instead('BUILD_FAILED', 'success')),
  ),
  mutant(
    'the log of a failed step begins where it began',
    ['builds/steps/fail-with-their-code-and-last-lines'],
    (runtime) =>
      failing(runtime, ({ logTail, ...details }) => ({ ...details, logTail: ['line 1', ...logTail].slice(0, 50) })),
  ),
  mutant('every step fails with 1', ['builds/steps/fail-with-their-code-and-last-lines'], (runtime) =>
    failing(runtime, (details) => ({ ...details, exitCode: 1 })),
  ),
  mutant('lines are counted from 0', ['builds/dockerfile/that-is-wrong-is-told-by-its-line'], (runtime) =>
    failing(runtime, ({ line = 0, ...details }) => ({ ...details, line: line - 1 })),
  ),
  mutant('an aborted build goes on', ['calls/abort/a-build-midway'], (runtime) => ({
    buildImage: (spec, { signal: _signal, ...options } = {}) => runtime.buildImage(spec, options),
  })),
  mutant(
    'an inline Dockerfile is put into the context',
    ['builds/context/may-be-a-folder-files-or-an-archive'],
    (runtime) =>
      building(runtime, (spec) =>
        typeof spec.dockerfile === 'object'
          ? inContext(spec, (files) => {
              files['Dockerfile'] = typeof spec.dockerfile === 'object' ? spec.dockerfile.inline : ''
            })
          : spec,
      ),
  ),
  mutant('ignore files are files', ['builds/context/leaves-out-what-is-ignored'], (runtime) =>
    building(runtime, (spec) =>
      inContext(spec, (files) => {
        delete files['.dockerignore']
      }),
    ),
  ),
  mutant(
    'ignore patterns stay URL-encoded once one is not ASCII',
    ['builds/context/leaves-out-ignored-files-beside-names-in-any-script'],
    (runtime) =>
      building(runtime, (spec) =>
        inContext(spec, (files) => {
          const text = String(files['.dockerignore'] ?? '')
          if (/\P{ASCII}/u.test(text)) files['.dockerignore'] = text.split('\n').map(encodeURIComponent).join('\n')
        }),
      ),
  ),
  mutant(
    'a pattern that leads out of the context loses its `..`',
    ['builds/context/takes-back-by-wildcards-what-everything-ignores'],
    (runtime) =>
      building(runtime, (spec) =>
        inContext(spec, (files) => {
          files['.dockerignore'] = String(files['.dockerignore'] ?? '').replaceAll('../', '')
        }),
      ),
  ),
  mutant(
    'the first entry of a path in an archive stays',
    ['builds/context/has-the-last-entry-of-a-path-in-an-archive'],
    (runtime) =>
      building(runtime, async (spec) =>
        'tar' in spec.context ? { ...spec, context: { tar: await firstEntries(spec.context.tar) } } : spec,
      ),
  ),
  mutant('modes are lost on the way', ['builds/context/keeps-modes-names-and-links'], (runtime) =>
    building(runtime, (spec) =>
      typeof spec.dockerfile === 'object'
        ? { ...spec, dockerfile: { inline: spec.dockerfile.inline.replace('COPY', 'COPY --chmod=644') } }
        : spec,
    ),
  ),
  mutant('every folder is the first one', ['builds/context/of-another-folder-is-never-taken'], (runtime) => {
    let first: BuildSpec['context'] | undefined
    return building(runtime, (spec) => {
      first ??= spec.context
      return { ...spec, context: first }
    })
  }),
  mutant('what cannot be a context has failed', ['builds/context/that-cannot-be-is-refused'], (runtime) =>
    around(runtime, 'buildImage', instead('INVALID_ARGUMENT', 'ENGINE_ERROR')),
  ),
  ...(['secrets', 'ssh', 'incremental'] as const).map((field) =>
    mutant(
      `${field} that cannot be are dropped`,
      [`builds/gates/the-field-${field}-is-refused-without-its-gate`],
      (runtime) =>
        building(runtime, (spec) => {
          const { [field]: _field, ...rest } = spec
          return rest
        }),
      { buildSecrets: false, buildSsh: false, incrementalBuildContext: false },
    ),
  ),
  mutant('secrets stay in the image', ['builds/secrets/are-seen-by-their-step-alone'], (runtime) => ({
    inspectImage: async (reference, options) => {
      const image = await runtime.inspectImage(reference, options)
      return { ...image, env: { ...image.env, ...secretsSeen } }
    },
    buildImage: (spec, options) => {
      const { value } = spec.secrets ?? {}
      if (value !== undefined && 'value' in value) secretsSeen['TOKEN'] = String(value.value)
      return runtime.buildImage(spec, options)
    },
  })),
  mutant(
    'what is required and missing is left out',
    ['builds/secrets/are-seen-by-their-step-alone', 'builds/ssh/is-there-for-the-step-that-mounts-it'],
    (runtime) =>
      building(runtime, (spec) =>
        inContext(spec, (files) => {
          files['Dockerfile'] = String(files['Dockerfile']).replaceAll(',required=true', '')
        }),
      ),
  ),
  mutant('every step has an agent', ['builds/ssh/is-there-for-the-step-that-mounts-it'], (runtime) =>
    building(runtime, (spec) =>
      inContext(spec, (files) => {
        files['Dockerfile'] = String(files['Dockerfile']).replace(/RUN +\[/, 'RUN --mount=type=ssh [')
      }),
    ),
  ),
  mutant('a context is sent anew every time', ['builds/incremental/sends-only-what-has-changed'], (runtime) => {
    let whole = 0
    return telling(runtime, (event) => {
      if (event.type !== 'transfer') return [event]
      whole = Math.max(whole, event.currentBytes)
      return [{ ...event, currentBytes: whole }]
    })
  }),
  mutant('credentials are for everybody', ['builds/registry/takes-the-credentials-of-its-host'], (runtime) =>
    building(runtime, ({ credentials = {}, ...spec }) => {
      const [first] = Object.values(credentials)
      const text = 'files' in spec.context ? String(spec.context.files['Dockerfile']) : ''
      const host = /^FROM ([^/\s]+)\//.exec(text)?.[1]
      return { ...spec, credentials: first === undefined || host === undefined ? {} : { [host]: first } }
    }),
  ),
]

const secretsSeen: Record<string, string> = {}

import { busyboxPrograms, type Registries } from '@moorage/runtime-contract-tests'
import { describeRuntimeContract } from '@moorage/runtime-contract-tests/vitest'
import { RuntimeError, type Runtime } from '@moorage/runtime-core'
import { afterAll, expect } from 'vitest'
import { useComposeTools } from './compose-tools.ts'
import { describeOnEngine, isRequired, type EngineUnderTestOptions } from './engine-under-test.ts'
import { startStallingRegistry } from './stalling-registry.ts'

export interface ContractOnEngineOptions extends EngineUnderTestOptions {
  /** Fields of a container spec that this engine is known to refuse; any other one that is refused is a failure. */
  readonly refuses: readonly string[]
}

/** The whole contract on a real engine. Where the engine is required, what cannot be tested is a failure too. */
export async function contractOnEngine(options: ContractOnEngineOptions): Promise<void> {
  const refused = new Set<string>()
  const restoreTools = useComposeTools()
  const stalling = await startStallingRegistry()
  await describeOnEngine(options, ({ open, image, checkedImage }) => {
    afterAll(() => stalling[Symbol.asyncDispose]())
    afterAll(restoreTools)
    afterAll(() => expect([...refused].filter((field) => !options.refuses.includes(field))).toEqual([]))
    describeRuntimeContract({
      name: options.name,
      open: async () => noting(refused, await open()),
      programs: busyboxPrograms(image, checkedImage === undefined ? {} : { checkedImage }),
      strict: isRequired(options.name),
      compose: process.env['MOORAGE_TEST_COMPOSE_FOLDER'] !== undefined,
      mayPrune: true,
      registries: registriesOf(process.env, `${stalling.address}/stalls:1`),
    })
  })
}

/** Notes which fields are refused for what this engine is, not for a capability that it does not claim. */
function noting(refused: Set<string>, runtime: Runtime): Runtime {
  return {
    ...runtime,
    createContainer: (spec, options) =>
      runtime.createContainer(spec, options).catch((error: unknown) => {
        if (RuntimeError.is(error, 'UNSUPPORTED') && error.details.capability === undefined)
          refused.add(error.details.field ?? '')
        throw error
      }),
  }
}

/** The registries of the test engines; other engines may not reach what listens here. */
function registriesOf(environment: NodeJS.ProcessEnv, stalling: string): Registries {
  const {
    MOORAGE_TEST_REGISTRY: open,
    MOORAGE_TEST_AUTH_REGISTRY: guarded,
    MOORAGE_TEST_AUTH_REGISTRY_USER: username = '',
    MOORAGE_TEST_AUTH_REGISTRY_PASSWORD: password = '',
  } = environment
  return {
    ...(open !== undefined && { open: `${open}/moorage-other:1`, missing: `${open}/no-such-image:1`, stalling }),
    ...(guarded !== undefined && {
      private: { reference: `${guarded}/moorage-fixture:1`, credentials: { username, password } },
    }),
  }
}

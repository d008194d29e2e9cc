import { busyboxPrograms, type Registries } from '@moorage/runtime-contract-tests'
import { describeRuntimeContract } from '@moorage/runtime-contract-tests/vitest'
import { afterAll } from 'vitest'
import { describeOnEngine, isRequired, type EngineUnderTestOptions } from './engine-under-test.ts'
import { startStallingRegistry } from './stalling-registry.ts'

/** The whole contract on a real engine. Where the engine is required, what cannot be tested is a failure too. */
export async function contractOnEngine(options: EngineUnderTestOptions): Promise<void> {
  const stalling = await startStallingRegistry()
  await describeOnEngine(options, ({ open, image }) => {
    afterAll(() => stalling[Symbol.asyncDispose]())
    describeRuntimeContract({
      name: options.name,
      open,
      programs: busyboxPrograms(image),
      strict: isRequired(options.name),
      registries: registriesOf(process.env, `${stalling.address}/stalls:1`),
    })
  })
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

import type { CaseEnvironment, Registries } from '@moorage/runtime-contract-tests'
import type { Capabilities, Runtime } from '@moorage/runtime-core'
import { createFakeRuntime, createVirtualClock, FakeEngine } from '@moorage/runtime-fake'
import { withCompose } from './compose-stub.ts'
import { contractImage, contractPrograms } from './programs.ts'

const credentials = { username: 'skipper', password: 'two half hitches' }

const registries: Required<Registries> = {
  open: 'registry.test/open:1',
  missing: 'registry.test/missing:1',
  private: { reference: 'registry.test/private:1', credentials },
  stalling: 'registry.test/stalling:1',
}

export interface FakeEnvironmentOptions {
  /** Stands between the cases and the fake. */
  readonly wrap?: (runtime: Runtime) => Runtime
  readonly capabilities?: Partial<Capabilities>
  /** With a stub of compose, which the fake itself has not. */
  readonly compose?: boolean
  /** Let time go on by itself instead of waiting for it. */
  readonly virtualTime?: boolean
  /** Whether prunes may run beside idle resources of others. Default true: the engine is the environment's own. */
  readonly mayPrune?: boolean
}

/** Where the cases run, and a runtime of another user of the same engine. */
export interface FakeContractEnvironment extends CaseEnvironment {
  readonly openUnwrapped: () => Runtime
}

/** A fake engine of its own for cases to run on; every runtime that is opened shares it. */
export function fakeEnvironment(options: FakeEnvironmentOptions = {}): FakeContractEnvironment {
  const {
    wrap = (runtime) => runtime,
    capabilities = {},
    compose = false,
    virtualTime = true,
    mayPrune = true,
  } = options
  const engine = new FakeEngine({
    images: contractImage,
    hostFiles: { '/etc/passwd': 'root:x:0:0:root:/root:/bin/sh\n' },
    registry: {
      [registries.open]: {},
      [registries.private.reference]: { credentials },
      [registries.stalling]: { stalls: true },
    },
    // It begins now: the cases ask for what happened since they began.
    ...(virtualTime && { clock: createVirtualClock({ start: Date.now(), autoAdvance: true }) }),
  })
  return {
    open: async () => {
      const runtime = createFakeRuntime({ engine, capabilities })
      return wrap(compose ? withCompose(runtime) : runtime)
    },
    openUnwrapped: () => createFakeRuntime({ engine }),
    compose,
    programs: contractPrograms,
    registries,
    mayPrune,
    runId: 'fake',
  }
}

export { realClock, type Clock } from './clock/clock.ts'
export { createVirtualClock, type VirtualClock, type VirtualClockOptions } from './clock/virtual-clock.ts'
export { Faults, type FakeFault, type FakeMethod } from './control/faults.ts'
export { Journal, type JournalEntry } from './control/journal.ts'
export { FakeEngine, type FakeEngineOptions, type FakeRegistryImage } from './engine/engine.ts'
export type { FakeImageSpec } from './engine/records.ts'
export { createFakeRuntime, type FakeControls, type FakeRuntime, type FakeRuntimeOptions } from './fake-runtime.ts'
export { busyboxPrograms } from './programs/busybox.ts'
export type {
  FakeContainerFacts,
  FakeFileAccess,
  FakeNetworkAccess,
  FakeProcess,
  FakeService,
  FakeUsage,
  Program,
  Programs,
} from './programs/program.ts'

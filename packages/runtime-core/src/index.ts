export { dialedAddress, keepDialedAddress, printableAddress, withPrintableUrls } from './addresses.ts'
export { leavesDirectory } from './archive-entries.ts'
export type * from './archives.ts'
export type * from './build.ts'
export type * from './call-options.ts'
export type { Capabilities, CapabilityKind, CapabilityName } from './capabilities.ts'
export { capabilityKinds, defineCapabilities } from './capabilities.ts'
export type * from './checkpoints.ts'
export type { CleanupFailure, OnCleanupFailure } from './cleanup-failure.ts'
export type * from './compose.ts'
export type * from './container-spec.ts'
export type * from './containers.ts'
export { createRuntime, type CreateRuntimeOptions } from './create-runtime.ts'
export * as checks from './guard/checks.ts'
export { errorCodes, type ErrorBlame, type ErrorCodeEntry, type RuntimeErrorCode } from './error-codes.ts'
export {
  invalidArgument,
  RuntimeError,
  unsupported,
  type ComposeFailureKind,
  type ConnectionAttempt,
  type ErrorDetails,
  type ExecStartFailure,
  type ResourceKind,
  type RuntimeErrorInit,
} from './errors.ts'
export type * from './events.ts'
export type * from './exec.ts'
export type { GatedMethods } from './gated-methods.ts'
export { formatImageReference, isImageId, parseImageReference, type ImageReference } from './image-reference.ts'
export type * from './images.ts'
export type * from './info.ts'
export { isOwnLabel, matchesLabels, missingLabels, operationLabel, runtimeLabel } from './labels.ts'
export type * from './logs.ts'
export type * from './networks.ts'
export { isForPlatform } from './platform.ts'
export type { DerivedMethods, MandatoryMethods, Runtime, RuntimeAdapter } from './runtime.ts'
export {
  ByteCollector,
  collectBytes,
  collectOutput,
  type CollectedOutput,
  type CollectLimit,
} from './streams/collect.ts'
export {
  createEventBridge,
  type BridgedEvent,
  type EventBridge,
  type EventBridgeOptions,
} from './streams/event-bridge.ts'
export { signalName, signalNumber } from './signals.ts'
export { createStream, streamFrom, type StreamSource } from './streams/iterator.ts'
export { logLines, type LogLinesOptions } from './streams/lines.ts'
export { longestTimerMs } from './timers.ts'
export { readSource, type SourceReader } from './streams/source.ts'
export { toWebStream } from './streams/web.ts'
export type * from './volumes.ts'
export type { CleanedResource, CleanupReport } from './scopes/cleanup.ts'
export { listScopes, reapScopes, type LeftScope, type ReapScopesOptions } from './scopes/reap.ts'
export { scopeCreatedLabel, scopeLabel, scopeOwnerLabel } from './scopes/labels.ts'
export { createResourceScope, type ResourceScope, type ResourceScopeOptions } from './scopes/resource-scope.ts'
export {
  waitForLogLine,
  waitForPort,
  waitUntilHealthy,
  type Connect,
  type WaitForPortOptions,
  type WaitUntilOptions,
} from './waiting/conditions.ts'

export type { ArchiveUse, MountKind } from './archives/mounts.ts'
export { engineAdapter, type EngineAdapterOptions } from './adapter.ts'
export { jsonMessages } from './transport/ndjson.ts'
export { buildFailed, type FailedStep } from './build/failures.ts'
export { EngineClient, type EngineClientOptions } from './client/client.ts'
export {
  connectEngine,
  type Candidate,
  type ConnectOptions,
  type Greeting,
  type OtherEngine,
} from './client/connect.ts'
export {
  dockerDialect,
  knownStatus,
  type Dialect,
  type EndedExec,
  type EngineIdentity,
  type FailedAnswer,
} from './dialect/dialect.ts'
export { dockerCredentials, firstSource, podmanCredentials, type CredentialSource } from './credentials/sources.ts'
export { credentialsOf, registryOfImage } from './credentials/registry-keys.ts'
export { variable } from './client/environment.ts'
export { checkEngineOptions, type EngineOptions } from './client/options.ts'
export { defaultOpenTimeoutMs, withinTimeout } from './client/timeout.ts'
export { engineInfo } from './info.ts'
export { perform, type Call } from './errors/failure.ts'
export { AnswerError } from './client/answer-error.ts'
export type { TlsOptions } from './transport/endpoint.ts'
export type { SshOptions } from './transport/ssh/settings.ts'
export type { ContainerJson } from './containers/json.ts'
export { Background } from './background.ts'
export { cleanupReporter, type CleanupFailureMessage, type EngineCallMessage } from './diagnostics.ts'

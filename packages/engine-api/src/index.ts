export { engineAdapter } from './adapter.ts'
export { EngineClient, type EngineClientOptions } from './client/client.ts'
export { connectEngine, type Candidate, type ConnectOptions, type Greeting } from './client/connect.ts'
export { dockerDialect, knownStatus, type Dialect, type EndedExec, type FailedAnswer } from './dialect/dialect.ts'

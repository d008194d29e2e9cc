import type { RuntimeInfo } from '@moorage/runtime-core'
import type { FakeEngine } from './engine/engine.ts'

export function engineInfo(engine: FakeEngine): RuntimeInfo {
  return {
    backend: 'fake',
    engineId: engine.id,
    engineName: 'Moorage fake',
    engineVersion: '1',
    operatingSystem: 'linux',
    architecture: 'amd64',
    rootless: false,
  }
}

import { createPodmanRuntime } from '@moorage/runtime-podman'
import { registriesOnEngine } from '../../../../tooling/test/registries-on-engine.ts'

await registriesOnEngine({
  name: 'podman',
  open: createPodmanRuntime,
  addresses: process.env['MOORAGE_TEST_PLAIN_ADDRESSES'] ?? '',
})

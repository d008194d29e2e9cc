import { createPodmanRuntime } from '@moorage/runtime-podman'
import { describe, expect, it } from 'vitest'
import { composeFailure, deadlineMs, useComposeProject } from '../../../../tooling/test/compose-project.ts'
import { composeOnEngine } from '../../../../tooling/test/compose-on-engine.ts'
import { describeOnEngine } from '../../../../tooling/test/engine-under-test.ts'

const podman = { name: 'podman', open: createPodmanRuntime } as const

await composeOnEngine(podman)

await describeOnEngine(podman, (engine) => {
  describe('compose without BuildKit', () => {
    const at = useComposeProject(engine)

    it.each<readonly [string, unknown]>([
      ['dockerfile_inline', `FROM ${engine.image}`],
      ['secrets', ['word']],
      ['additional_contexts', { more: '.' }],
    ])('names `build.%s`, which it cannot build', { timeout: deadlineMs }, async (field, value) => {
      const build = { context: '.', [field]: value }
      const secrets = { word: { file: './compose.yaml' } }
      if (field !== 'dockerfile_inline') await at.write('Dockerfile', `FROM ${engine.image}\n`)
      await at.write('compose.yaml', JSON.stringify({ name: at.name, services: { web: { build } }, secrets }))
      const error = await composeFailure(at.runtime.composeUp(at.project))
      expect(error.details).toMatchObject({ kind: 'build', service: 'web' })
      expect(error.message).toContain(`build.${field}`)
    })
  })
})

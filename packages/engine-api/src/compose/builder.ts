import { RuntimeError, type ComposeModel } from '@moorage/runtime-core'
import { composeFailed } from './failures.ts'

/** Parts of `build` that need BuildKit; compose's other builder reports some of them as a missing Dockerfile. */
const buildKitFields = ['dockerfile_inline', 'secrets', 'additional_contexts', 'ssh'] as const

const lacksBuildKit = /classic builder doesn't support|in Dockerfile path/

/** A failed build without BuildKit, with the field of the files that is the reason, if there is one. */
export function withBuilderAdvice(error: unknown, services: ComposeModel['services'], operation: string): unknown {
  if (!RuntimeError.is(error, 'COMPOSE_FAILED') || error.details.kind !== 'build') return error
  if (!error.details.lastLines.some((line) => lacksBuildKit.test(line))) return error
  for (const [service, { build }] of Object.entries(services)) {
    const field = buildKitFields.find((name) => Object(build)[name] !== undefined)
    if (field === undefined) continue
    return composeFailed({
      operation,
      ...error.details,
      service,
      text: `the service \`${service}\` has \`build.${field}\`, and this engine has no BuildKit for compose to build it with`,
      advice: 'Build the image with `buildImage` or another tool first, and name it with `image`.',
    })
  }
  return error
}

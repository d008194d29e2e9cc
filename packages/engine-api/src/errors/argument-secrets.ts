import { resolve } from 'node:path'
import type { ContainerJson } from '../containers/json.ts'
import { CallSecrets } from './call-secrets.ts'

type Unknowns = Readonly<Record<string, unknown>>

/**
 * The secrets in the arguments of a method, by the names of the fields that may hold some. Files of a build context are
 * none: what a step writes about a Dockerfile or a source is what its author needs to read.
 */
export function secretsOf(operation: string, given: readonly unknown[]): CallSecrets {
  const secrets = new CallSecrets(new Set(given.flatMap(publicTexts)))
  for (const argument of given) if (isRecord(argument)) addFields(secrets, argument)
  const content = operation === 'writeFile' ? given[2] : undefined
  if (isContent(content)) secrets.addSecret('content', content)
  if (operation.startsWith('compose')) addProject(secrets, given[0])
  return secrets
}

/** Those of a container that exists already: an engine that cannot start it writes about what it was created with. */
export function addContainer(secrets: CallSecrets, { Config, HostConfig }: ContainerJson): void {
  for (const [, name = '', value = ''] of (Config.Env ?? []).map((entry) => /^([^=]*)=(.*)$/s.exec(entry) ?? []))
    secrets.addValue(`env.${name}`, value)
  laterArguments(secrets, 'command', Config.Cmd)
  values(secrets, 'logDriver.options', HostConfig.LogConfig?.Config)
}

/** Names, references and paths; what they say may be in every text. */
function publicTexts(argument: unknown): readonly string[] {
  if (typeof argument === 'string') return [argument]
  if (!isRecord(argument)) return []
  return Object.entries(argument).flatMap(([name, value]) => {
    if (typeof value === 'string') return [value]
    return Array.isArray(value) && !(name in readers) ? value.filter((item) => typeof item === 'string') : []
  })
}

function addFields(secrets: CallSecrets, fields: Unknowns): void {
  for (const [name, value] of Object.entries(fields)) {
    if (Object.hasOwn(readers, name)) readers[name]?.(secrets, name, value)
    else if (isRecord(value)) addFields(secrets, value)
    else if (Array.isArray(value)) for (const item of value) if (isRecord(item)) addFields(secrets, item)
  }
}

type Reader = (secrets: CallSecrets, name: string, value: unknown) => void

const values: Reader = (secrets, name, map) => {
  for (const [key, value] of entriesOf(map)) if (typeof value === 'string') secrets.addValue(`${name}.${key}`, value)
}

/** The program is none of them. */
const laterArguments: Reader = (secrets, name, list) => {
  if (!Array.isArray(list)) return
  for (const [index, value] of list.entries())
    if (index > 0 && typeof value === 'string') secrets.addValue(`${name}[${index}]`, value)
}

const credentials: Reader = (secrets, name, given) => {
  for (const [key, value] of entriesOf(given)) {
    if (isRecord(value)) credentials(secrets, `${name}.${key}`, value)
    else if (typeof value === 'string' && key !== 'username') secrets.addSecret(`${name}.${key}`, value)
  }
}

const buildSecrets: Reader = (secrets, name, map) => {
  for (const [id, given] of entriesOf(map)) {
    const field = `${name}.${id}`
    const { value, file, env } = isRecord(given) ? given : {}
    if (isContent(value)) secrets.addSecret(field, value)
    if (typeof file === 'string') secrets.addFile(field, file, false)
    if (typeof env === 'string') secrets.addSecret(field, process.env[env] ?? '')
  }
}

const readers: Readonly<Record<string, Reader>> = {
  env: values,
  buildArguments: values,
  options: values,
  storageOptions: values,
  command: laterArguments,
  entrypoint: laterArguments,
  credentials,
  secrets: buildSecrets,
  stdin: (secrets, name, value) => {
    if (isContent(value)) secrets.addSecret(name, value)
  },
}

/** Variables of this process that name a secret; compose fills them in as it does with all others. */
const secretName = /token|secret|passw|credential|api_?key|access_?key|private_?key|auth/i

function addProject(secrets: CallSecrets, project: unknown): void {
  const { envFiles, workingDirectory } = isRecord(project) ? project : {}
  const folder = resolve(typeof workingDirectory === 'string' ? workingDirectory : '.')
  for (const file of Array.isArray(envFiles) ? envFiles : ['.env'])
    if (typeof file === 'string') secrets.addFile('envFiles', resolve(folder, file), true)
  for (const [name, value = ''] of Object.entries(process.env)) if (secretName.test(name)) secrets.addValue(name, value)
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return isRecord(value) ? Object.entries(value) : []
}

function isContent(value: unknown): value is string | Uint8Array {
  return typeof value === 'string' || value instanceof Uint8Array
}

/** Not an object of a class, such as a stream: it may lead anywhere. */
function isRecord(value: unknown): value is Unknowns {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

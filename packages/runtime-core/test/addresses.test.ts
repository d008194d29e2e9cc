import { printableAddress, withPrintableUrls } from '@moorage/runtime-core'
import { describe, expect, it } from 'vitest'

describe('an address for people', () => {
  it.each([
    ['unix:///var/run/docker.sock', 'unix:///var/run/docker.sock'],
    ['unix:///run/user@1000/a?b.sock', 'unix:///run/user@1000/a?b.sock'],
    ['npipe:////./pipe/docker_engine', 'npipe:////./pipe/docker_engine'],
    ['tcp://user:password@host:2375', 'tcp://host:2375'],
    ['tcp://user:p/w@host:2375/prefix', 'tcp://host:2375/prefix'],
    ['tcp://user:p@w@host', 'tcp://host'],
    ['tcp://user:p?w@host', 'tcp://…'],
    ['tcp://host?token=secret@more', 'tcp://…'],
    ['https://host:2376/?token=secret#part', 'https://host:2376/'],
    ['ssh://user@[::1]:22/run/podman.sock', 'ssh://[::1]:22/run/podman.sock'],
    ['unix://user:password@/run/engine.sock', 'unix:///run/engine.sock'],
    ['user:password@host:2375', 'host:2375'],
    ['tcp://u:12/hun@ter2@h', 'tcp://h'],
    ...[' ', '"', "'", '<', '\\', '\n'].map((character): [string, string] => [
      `tcp://u:hun${character}ter2@h`,
      'tcp://h',
    ]),
    ['tcp:/u:pw@h', 'h'],
    ['@moorage/runtime-docker', '@moorage/runtime-docker'],
    ['not an address', 'not an address'],
    ['', ''],
  ])('%j is shown as %j', (address, shown) => {
    expect(printableAddress(address)).toBe(shown)
  })
})

describe('a text with URLs', () => {
  it.each([
    ['no URL at all, user:name@host', 'no URL at all, user:name@host'],
    ['Get "https://user:secret@host:5000/v2/": EOF', 'Get "https://host:5000/v2/": EOF'],
    ['Get "https://host/token?scope=a&sig=secret": EOF', 'Get "https://host/token?…": EOF'],
    ['proxy http://user:p/w@host:3128, then http://b', 'proxy http://host:3128, then http://b'],
    ['https://host:5000/v2/a@sha256:0123 is missing', 'https://host:5000/v2/a@sha256:0123 is missing'],
    ['unix:///run/user@1000/docker.sock', 'unix:///run/user@1000/docker.sock'],
    ['tcp://[::1]:2375', 'tcp://[::1]:2375'],
  ])('%j is shown as %j', (text, shown) => {
    expect(withPrintableUrls(text)).toBe(shown)
  })
})

// What each Node client sees, as JSON in OUT:
//   node read.mjs feed FEED.xml OUT.json
//   node read.mjs transcript FILE vtt|srt|json|html OUT.json
// Whatever the clients print themselves (warnings) goes to stdout and stderr untouched.

import { createRequire } from 'node:module'
import { readFileSync, writeFileSync } from 'node:fs'
import { parseFeed as feedsmith } from 'feedsmith'

const require = createRequire(import.meta.url)

async function feed(path) {
  const xml = readFileSync(path, 'utf8')
  const { parseFeed } = require('podcast-partytime')
  const Parser = require('rss-parser')
  return {
    partytime: parseFeed(xml),
    rssParser: await new Parser().parseString(xml),
    feedsmith: feedsmith(xml),
  }
}

async function transcript(path, format) {
  const { convertFile } = require('transcriptator')
  return convertFile(readFileSync(path, 'utf8'), format)
}

const [what, ...rest] = process.argv.slice(2)
const out = rest.pop()
writeFileSync(out, JSON.stringify(await { feed, transcript }[what](...rest)))

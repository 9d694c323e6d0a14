import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { createCache } from '@shelflife/core';
import { nodeMiddleware } from '@shelflife/core/node';
const many = process.argv[2] === 'many';
const size = Number(process.argv[3] ?? 200);
const B = ['Connection','keep-alive','sec-ch-ua','"Chromium";v="156", "Not:A-Brand";v="24"','sec-ch-ua-mobile','?0','sec-ch-ua-platform','"Linux"','Upgrade-Insecure-Requests','1','User-Agent','Mozilla/5.0 (X11; Linux x64)','Accept','text/html,application/xhtml+xml','Sec-Fetch-Site','same-origin','Sec-Fetch-Mode','navigate','Sec-Fetch-User','?1','Accept-Encoding','gzip, deflate, br, zstd','Accept-Language','en-GB,en;q=0.9'];
const body = Buffer.alloc(size, 97);
const sock = new Socket();
function mk(i) {
  const req = new IncomingMessage(sock);
  req.method = 'GET'; req.url = Buffer.from('/products' + (many ? '?page=' + (i % 1000) : '')).latin1Slice();
  req.httpVersionMajor = 1; req.httpVersionMinor = 1;
  const raw = ['Host', '127.0.0.1:8080'].concat(many ? B : []);
  req.rawHeaders = raw.map((s) => Buffer.from(s).latin1Slice());
  const res = new ServerResponse(req);
  res.on('finish', noop);
  return [req, res];
}
function noop() {}
const cache = createCache();
import express from 'express'; import { responseCache } from '@shelflife/express';
const appA = express(), appB = express();appB.get('/products',(req,res)=>{res.json({a:1})});appA.use(responseCache(cache,{ttl:'1h'}));appA.get('/products',(req,res)=>{ res.set({ 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': String(size) }); res.end(body); });if(process.argv[4]==='off'){appA.disable('x-powered-by');appB.disable('x-powered-by')}

const ours=appA
let head;
const text = body.latin1Slice();
const raw=appB
const make = () => {};
for (let i = 0; i < 3000; i++) { const [q, r] = mk(i); ours(q, r); }


const N = 100000;
const total = { make: [], raw: [], ours: [] };
for (let round = 0; round < 12; round++) for (const [name, f] of Object.entries({ make, raw, ours })) {
  global.gc?.();
  const t = process.cpuUsage();
  for (let i = 0; i < N; i++) { const [q, r] = mk(i); f(q, r); }
  const u = process.cpuUsage(t);
  if (round > 1) total[name].push((u.user + u.system) / N * 1);
}
const med = (a) => a.sort((x, y) => x - y)[a.length >> 2];
console.log(process.version, many ? 'many' : 'one', size, Object.fromEntries(Object.entries(total).map(([k, v]) => [k, med(v).toFixed(3)])), 'ours-raw µs', (med(total.ours) - med(total.raw)).toFixed(3), cache.stats().hits);

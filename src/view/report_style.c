/* SPDX-License-Identifier: BSD-2-Clause */
/* The style sheets of a report. They hold no character that XML would need a
 * reference for. */
#include "report_style.h"

/* clang-format off */
const char report_style_picture[] =
":root{--bg:#fff;--fg:#1b1f24;--mut:#57606a;--line:#d8dee4;--card:#f6f8fa;--blue:#0860c4;--band:#0969da;"
"--ok:#116329;--okbg:#d2f4da;--warn:#7a4b00;--warnbg:#ffeac2;--bad:#b3160e;--badbg:#ffdcd9;--info:#5b2fb8;--infobg:#e9dffc}\n"
"@media screen and (prefers-color-scheme:dark){:root{--bg:#0d1117;--fg:#e6edf3;--mut:#9aa4af;--line:#30363d;--card:#161b22;"
"--blue:#6cb6ff;--band:#4493f8;--ok:#7ee2a0;--okbg:#12391f;--warn:#f2c063;--warnbg:#3d2c05;--bad:#ff9492;--badbg:#4c1417;"
"--info:#cbb2ff;--infobg:#2c1f4d}}\n"
"svg text{font:11.5px system-ui,-apple-system,\"Segoe UI\",\"DejaVu Sans\",sans-serif;fill:var(--fg)}\n"
"svg .tick,svg .rowname,svg .word{fill:var(--mut);font-variant-numeric:tabular-nums}svg .tick.leap{fill:var(--info);font-weight:700}\n"
".grid{stroke:var(--line);stroke-width:1;fill:none}.zero{stroke:var(--mut);stroke-width:1;fill:none}.mark{stroke:var(--mut);stroke-width:1}\n"
".band{fill:var(--band);fill-opacity:.15}.edge{stroke:var(--band);stroke-opacity:.7;fill:none;stroke-width:1.1}\n"
".line{fill:none;stroke:var(--blue);stroke-width:1.7;stroke-linejoin:round}.mm{stroke:var(--blue);stroke-width:1;fill:none}\n"
".err{stroke:var(--mut);stroke-width:1;fill:none}.dot{fill:var(--blue);stroke:var(--bg);stroke-width:.8}\n"
".jump{fill:var(--warn);stroke:var(--bg);stroke-width:.8}.miss{stroke:var(--bad);stroke-width:2.2;fill:none}\n"
".tri{fill:var(--warn);stroke:var(--bg);stroke-width:.8}.tri.bad{fill:var(--bad)}\n"
"svg .off{font-weight:650;paint-order:stroke;stroke:var(--bg);stroke-width:4px;stroke-linejoin:round}\n"
".noclock{fill:var(--mut);fill-opacity:.13}\n"
".ev{stroke-width:1.2;stroke-dasharray:3 3;fill:none}.ev.bad{stroke:var(--bad)}.ev.warn{stroke:var(--warn)}.ev.info{stroke:var(--info)}.ev.mut{stroke:var(--mut)}\n"
".hair{stroke:var(--mut);stroke-width:1}.hair.bad{stroke:var(--bad)}\n"
".pin path{stroke-width:1.2}.pin rect{stroke-width:1.4}svg .pin text{font-weight:650;font-size:10.5px}\n"
".pin.bad rect{fill:var(--badbg)}.pin.bad path,.pin.bad rect{stroke:var(--bad)}svg .pin.bad text{fill:var(--bad)}\n"
".pin.warn rect{fill:var(--warnbg)}.pin.warn path,.pin.warn rect{stroke:var(--warn)}svg .pin.warn text{fill:var(--warn)}\n"
".pin.info rect{fill:var(--infobg)}.pin.info path,.pin.info rect{stroke:var(--info)}svg .pin.info text{fill:var(--info)}\n"
".pin.mut rect{fill:var(--card)}.pin.mut path,.pin.mut rect{stroke:var(--mut)}\n"
".breach path{stroke:var(--bad);stroke-width:2.2;fill:none}.breach.warn path{stroke:var(--warn);stroke-width:1.6}.breach .bar{stroke-opacity:.35;stroke-width:4}\n"
"svg .breach text{fill:var(--bad);paint-order:stroke;stroke:var(--bg);stroke-width:4px;stroke-linejoin:round}svg .breach.warn text{fill:var(--warn)}\n"
".strip{stroke:var(--bg);stroke-width:1}rect.s-ok{fill:var(--okbg)}svg text.s-ok{fill:var(--ok)}rect.s-warn{fill:var(--warnbg)}svg text.s-warn{fill:var(--warn)}"
"rect.s-bad{fill:var(--badbg)}svg text.s-bad{fill:var(--bad)}rect.s-mut{fill:var(--line)}rect.s-none{fill:var(--card)}svg text.s-none{fill:var(--mut)}"
"rect.s-info{fill:var(--infobg)}svg text.s-info{fill:var(--info)}rect.s-leap{fill:var(--info)}svg text.s-leap{fill:var(--bg);font-weight:650}"
"rect.s-even{fill:var(--card);stroke:var(--line)}rect.s-odd{fill:var(--line)}\n";

const char report_style_page[] =
"*{box-sizing:border-box}body{margin:0 auto;max-width:1100px;padding:28px 30px 40px;background:var(--bg);color:var(--fg);"
"font:14px/1.5 system-ui,-apple-system,\"Segoe UI\",\"DejaVu Sans\",sans-serif;overflow-wrap:break-word}\n"
"header{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:baseline;gap:2px 16px;border-bottom:2px solid var(--fg);padding-bottom:8px;margin-top:18px}\n"
"h1,.name{overflow-wrap:anywhere;font-size:21px;margin:0;font-weight:650}h1 span,.name span{font-weight:400;color:var(--mut)}header p{margin:0;color:var(--mut)}\n"
".lead{font-size:15.5px;margin:12px 0 4px}.tiles{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr) minmax(0,1fr) minmax(0,1.25fr) minmax(0,1.1fr);gap:10px;margin:16px 0}\n"
".tile{background:var(--card);border:1px solid var(--line);border-left:4px solid var(--mut);border-radius:6px;padding:9px 12px;margin:0}\n"
".tile.ok{border-left-color:var(--ok)}.tile.warn{border-left-color:var(--warn)}.tile.bad{border-left-color:var(--bad)}\n"
".tile dt{font-size:11px;text-transform:uppercase;letter-spacing:.05em;color:var(--mut)}.tile.bad dt:after{content:\" \\2717\";color:var(--bad)}.tile.warn dt:after{content:\" !\";color:var(--warn);font-weight:700}.tile dd{margin:0;overflow-wrap:anywhere}.tile .v{font-size:17px;font-weight:650}.tile .v.long{font-size:14.5px;line-height:25px}.tile.bad .v{color:var(--bad)}.tile .s{font-size:12px;color:var(--mut)}\n"
".panel{margin:22px 0 0}h2,h3{font-size:15px;margin:0 0 2px;font-weight:650}h3{font-size:14px}.cap{font-weight:400;font-size:13px;margin-left:8px}.ok{color:var(--ok)}.warn{color:var(--warn)}.bad{color:var(--bad)}.info{color:var(--info)}.mut{color:var(--mut)}\n"
".what{margin:2px 0 0;color:var(--mut);font-size:12.5px;max-width:92ch}svg{display:block;width:100%;height:auto;overflow:visible}\n"
"table{border-collapse:collapse;width:100%;font-size:13px}caption{text-align:left;color:var(--mut);font-size:12px}th{text-align:left;color:var(--mut);font-weight:500;font-size:12px}th{white-space:nowrap}th,td{padding:4px 12px 4px 0;border-bottom:1px solid var(--line);vertical-align:top}.num{font-variant-numeric:tabular-nums;white-space:nowrap}\n"
"code,.facts dd,.rule p{overflow-wrap:anywhere}code{font:12.5px ui-monospace,\"DejaVu Sans Mono\",monospace}a{color:inherit}\n"
".rule{border:1px solid var(--line);border-left:4px solid var(--bad);border-radius:6px;padding:8px 14px;margin:8px 0;break-inside:avoid}.rule.warn{border-left-color:var(--warn);color:inherit}.rule.bad{color:inherit}.rule h3{font-weight:500}.rule p{margin:2px 0 4px}\n"
".facts{display:grid;grid-template-columns:max-content 1fr;gap:1px 14px;margin:0;font-size:13px}.facts dt{color:var(--mut)}.facts dd{margin:0}\n"
".areas{display:flex;flex-wrap:wrap;gap:6px 18px;margin:6px 0;padding:0;list-style:none;font-size:12.5px;color:var(--mut)}.areas span{margin-right:5px}\n"
".areas svg,.legend svg{display:inline-block;width:auto;height:13px;vertical-align:-2px;overflow:visible}.b-ok{fill:var(--ok)}.b-fail{fill:var(--bad)}.b-warn{fill:var(--warn)}.b-na{fill:var(--line)}.b-skip{fill:none;stroke:var(--mut);stroke-dasharray:2 2}.b-mark{stroke:var(--bg);stroke-width:1.8;fill:none}.legend{display:flex;flex-wrap:wrap;gap:2px 16px}\n"
".close{display:grid;grid-template-columns:1fr 1fr;gap:14px 26px}.close section{break-inside:avoid}footer{margin-top:26px;border-top:1px solid var(--line);padding-top:8px;color:var(--mut);font-size:12px}\n"
"details{margin:4px 0 0;font-size:12.5px}summary{color:var(--mut);cursor:pointer}.scroll{overflow-x:auto}\n";

/* What a narrow window and paper change: the last, since it takes the place of
 * what is above. */
const char report_style_media[] =
"@media screen and (max-width:860px){body{padding:14px}.tiles{grid-template-columns:minmax(0,1fr) minmax(0,1fr)}.close{grid-template-columns:1fr}.cap{display:block;margin-left:0}}\n"
"svg.narrow{display:none}@media screen and (max-width:620px){svg.wide{display:none}svg.narrow{display:block}"
".events thead,.contents thead{display:none}.events tr,.contents tr{display:grid;grid-template-columns:auto auto 1fr;gap:0 12px;border-bottom:1px solid var(--line);padding:5px 0}.events td,.contents td{border:0;padding:1px 0}"
".events td[data-of]:not(:empty):before{content:attr(data-of) \" \"}.events td.whole{grid-column:1/-1}.events td:empty{display:none}"
".contents tr{display:block}.contents td{display:inline}.contents td:first-child{display:block;font-weight:650}.contents td[data-of]:not(:last-child):after{content:\"; \";color:var(--mut)}.contents td[data-of]:before{content:attr(data-of) \": \";color:var(--mut)}}\n"
"@media screen and (max-width:400px){.tiles{grid-template-columns:minmax(0,1fr)}.facts{grid-template-columns:1fr}.facts dd{margin:0 0 4px}}\n"
"@page{size:A4;margin:11mm}@media print{body{max-width:none;padding:0;font-size:10.5px}.panel{margin-top:12px;break-inside:avoid}.panel.long{break-inside:auto}tr{break-inside:avoid}.what{font-size:10.5px}.lead{font-size:12.5px}.tile .v{font-size:12px;white-space:nowrap}.tile .s{font-size:9.5px}h2{font-size:12.5px}h2,h3{break-after:avoid}h2 .cap{font-size:10.5px}table{font-size:10px}.tile{padding:6px 9px}.tile dt{font-size:9px}.tile .v.long{font-size:11px;line-height:18px}.tiles{margin:10px 0}th,footer{font-size:9.5px}.facts,.areas{font-size:10px}h3,.rule h3{font-size:11px}code{font-size:10px}details{display:none}article+article{break-before:page}"
"body,.tile,rect,path,circle{-webkit-print-color-adjust:exact;print-color-adjust:exact}}\n";
/* clang-format on */

// The mix: a restaurant's bundle over three units, a petition, an information request, a hotline call, a wage claim.

import assert from "node:assert/strict";
import { journey } from "../lib/journey.mjs";
import { openCase, says } from "../lib/desk.mjs";
import { children, receive, walk } from "../lib/walk.mjs";

const HALL = "mh-zwzx-window1";

journey("A restaurant comes once: one number, three bureaus, one collection", async (say, visit) => {
  let number, parts, hall;

  await say("the hall takes in one application for two licences and accepts it", async () => {
    hall = await visit.as(HALL);
    number = await receive(hall, "630222-kcyd", "收件", { items: ["630222-spjy", "630222-hwgg"] });
    await visit.look(hall, "bundle taken in");
    await walk(visit, number, [[HALL, "受理"]]);
  });

  await say("the lead splits it: each bureau has its own case, and a third is asked", async () => {
    await walk(visit, number, [["mh-scjg-handler", "分送各单位", { units: ["630222-wsjk"] }]]);
    const lead = await visit.as("mh-scjg-handler");
    parts = await children(lead, number);
    assert.equal(parts.length, 3);
    await lead.locator("details.map-of > summary").click();
    await visit.look(lead, "bundle under way");
  });

  await say("each bureau decides for itself, and the one asked agrees", async () => {
    for (const [part, unit] of [[parts[0], "scjg"], [parts[1], "cgj"]]) {
      await walk(visit, part, [
        [`mh-${unit}-handler`, "初审通过"],
        [`mh-${unit}-checker`, "审核通过"],
        [`mh-${unit}-head`, "签发：准予"],
        [`mh-${unit}-handler`, "用印"],
        [`mh-${unit}-window`, "送达"],
      ]);
    }
    await walk(visit, parts[2], [["mh-wsjk-handler", "同意"]]);
    const asked = await visit.as("mh-wsjk-handler");
    await openCase(asked, parts[2]);
    await says(asked, "来自", number);
  });

  await say("the lead answers for all, and the applicant collects once", async () => {
    await walk(visit, number, [
      ["mh-scjg-handler", "汇总：全部办成", { fee: "0" }],
      [HALL, "一次送达"],
    ]);
    await openCase(hall, number);
    await says(hall, "已办结", "2/2 已办结", "1/1 已办结", "准予许可");
    await visit.look(hall, "bundle done");
  });
});

journey("A petition is passed on, answered and told", async (say, visit) => {
  let number;
  await say("the petition office registers it and passes it to the bureau in charge", async () => {
    const office = await visit.as("mh-xfj-window");
    number = await receive(office, "630222-xf", "登记");
    await walk(visit, number, [["mh-xfj-window", "转送", { agency: "630222-jtys" }]]);
    await openCase(office, number);
    await says(office, "民和县信访局 → 民和县交通运输局");
    await visit.look(office, "petition passed on");
  });
  await say("the bureau accepts, drafts, its head signs, and the answer is delivered", async () => {
    await walk(visit, number, [
      ["mh-jtys-handler", "受理"],
      ["mh-jtys-handler", "拟处理意见"],
      ["mh-jtys-head", "签发处理意见"],
      ["mh-jtys-handler", "送达处理意见"],
    ]);
    const bureau = await visit.as("mh-jtys-handler");
    await openCase(bureau, number);
    await says(bureau, "已答复", "请求复查");
    await visit.look(bureau, "petition answered");
  });
});

journey("A request for information is answered", async (say, visit) => {
  await say("handed in at the counter, taken up, drafted, signed, delivered", async () => {
    const number = await receive(await visit.as(HALL), "630222-xxgk", "当面提交");
    await walk(visit, number, [
      ["mh-zfb-handler", "内容明确，进入办理"],
      ["mh-zfb-handler", "拟答复"],
      ["mh-zfb-head", "签发答复"],
      ["mh-zfb-handler", "送达"],
    ]);
    const page = await visit.as("mh-zfb-handler");
    await openCase(page, number);
    await says(page, "已答复");
    await visit.look(page, "information answered");
  });
});

journey("A call to the hotline is sent out, done, and asked after", async (say, visit) => {
  await say("the hall sends it to a bureau, which answers, and the caller is satisfied", async () => {
    const number = await receive(await visit.as(HALL), "630222-rx", "来电登记");
    await walk(visit, number, [
      [HALL, "派单", { agency: "630222-cgj" }],
      ["mh-cgj-handler", "办结回复"],
      [HALL, "回访：满意"],
    ]);
    const page = await visit.as(HALL);
    await openCase(page, number);
    await says(page, "已办结");
    await visit.look(page, "hotline done");
  });
});

journey("Wages that were not paid are paid", async (say, visit) => {
  const officer = "mh-rsj-handler";
  await say("a claim is filed, investigated, and closed when all is paid", async () => {
    const number = await receive(await visit.as("mh-rsj-window"), "630222-qxts", "登记投诉", { owed: "12000" });
    await walk(visit, number, [
      [officer, "立案", { lead: "mh-rsj-handler", partner: "mh-rsj-window" }],
      [officer, "用人单位答复"],
      [officer, "登记支付", { paid: "12000" }],
      [officer, "付清结案", { verified: "12000", paid: "12000" }],
    ]);
    const page = await visit.as(officer);
    await openCase(page, number);
    await says(page, "已付清或改正");
    await visit.look(page, "wages paid");
  });
});

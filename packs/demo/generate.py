#!/usr/bin/env python3
"""Writes officers.toml: one invented officer for every post of the city. See README.md."""

import hashlib
import pathlib
import sys
import tomllib

SEED = "海东演示-1"
HERE = pathlib.Path(__file__).resolve().parent
PACKS = HERE.parent

PREFIX = {
    "630200": "hd", "630202": "ld", "630203": "pa", "630222": "mh",
    "630223": "hz", "630224": "hl", "630225": "xh",
}
TOWNSHIPS = {"town", "township", "ethnic_township", "subdistrict"}

# Common surnames and given-name characters of the whole country.
SURNAMES = list("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文")
GIVEN_FIRST = list("建国海文志晓玉春秀永明永德宏振新立伟光学俊雪丽淑慧美雅静思子家成忠世庆瑞福安正传继启泽宇浩博凯嘉怡欣若书婉云桂兰月红艳小长万兴增生")
GIVEN_LAST = list("华平军强勇斌杰涛辉鹏飞峰林东海宁刚明亮超磊洋波龙成民生武胜荣芳英霞梅玲燕萍娟敏静莉兰琴红丽艳娜洁琳蓉雯菊莲珍萱瑶宇轩博文翔昊睿诚远山川源良")


def load(*path):
    with open(PACKS.joinpath(*path), "rb") as f:
        return tomllib.load(f)


def units_and_posts():
    """(unit id, sign-in stem, [post id, ...]) in the order of the org files."""
    divisions = load("cn-63", "divisions.toml")["division"] + load("cn-6302", "divisions.toml")["division"]
    org = load("cn-6302", "org.toml")
    for agency in org["agency"]:
        posts = [p["id"] for p in org["posts"][agency["posts"]]]
        for d in divisions:
            if d["code"] in agency.get("divisions", []) or d["level"] in agency.get("at", []):
                yield f"{d['code']}-{agency['short']}", f"{PREFIX[d['code']]}-{agency['short']}", posts
    posts = [p["id"] for p in org["posts"][org["township"]["posts"]]]
    for d in divisions:
        if d["level"] in TOWNSHIPS:
            yield d["code"], f"{PREFIX[d['parent']]}-{d['code'][6:]}", posts


def name_for(post, taken):
    """A name from the post's id alone; on a clash, the next draw."""
    for draw in range(10_000):
        h = hashlib.sha256(f"{SEED}|{post}|{draw}".encode()).digest()
        first = GIVEN_FIRST[int.from_bytes(h[4:8], "big") % len(GIVEN_FIRST)]
        last = GIVEN_LAST[int.from_bytes(h[8:12], "big") % len(GIVEN_LAST)]
        given = last if h[12] % 6 == 0 else first + last
        name = SURNAMES[int.from_bytes(h[0:4], "big") % len(SURNAMES)] + given
        if name not in taken and not (len(given) == 2 and given[0] == given[1]):
            taken.add(name)
            return name
    raise SystemExit(f"no free name for {post}")


def deputy(index, count):
    """Neighbours stand in for each other: 0-1, 2-3 ...; an odd last one is covered by the one before."""
    other = index ^ 1
    return other if other < count else index - 1


def text():
    officers, stands, taken = [], [], set()
    for unit, stem, posts in units_and_posts():
        for i, post in enumerate(posts):
            officers.append(
                f'[[officer]]\nid = "{stem}-{post}"\nname = "{name_for(f"{unit}.{post}", taken)}"\n'
                f'unit = "{unit}"\ndemo = true\n'
            )
            b = posts[deputy(i, len(posts))]
            stands.append(f'[[stands]]\npost = "{unit}.{post}"\na = "{stem}-{post}"\nb = "{stem}-{b}"\n')
    head = (
        "# 演示数据，人名由带种子的程序生成，并非真人。\n"
        "# 由 packs/demo/generate.py 写出，请勿手改；改岗位后重新生成。\n"
    )
    return "\n".join([head, *officers, *stands])


def main():
    out = HERE / "officers.toml"
    new = text()
    if "--check" in sys.argv[1:]:
        if not out.exists() or out.read_text(encoding="utf-8") != new:
            raise SystemExit("officers.toml is not what generate.py writes; run it again")
        return
    out.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()

"""The texts of the zoo, written for this project: one subject each, in several languages."""

LIGHTHOUSE = """# The lighthouse at Rock Point

The lighthouse at Rock Point was lit for the first time on 3 October 1871. Its lamp burned colza oil until 1904, when the keepers changed to paraffin. A keeper, Mrs. Ada Thorne, kept the light alone for eleven weeks in the winter of 1886.

## The lamp

The lens weighs 2.5 tonnes and floats in a bath of mercury. It turns once every 30 seconds. On a clear night the beam is seen from 21 nautical miles away, e.g. from the harbour of St. Brannoc.

## Visiting

- The tower is open from April to September.
- Children under six are not allowed on the gallery.
- Dogs wait at the gate.

| Season | Opens | Closes |
|---|---|---|
| Spring | 10:00 | 16:00 |
| Summer | 09:00 | 19:00 |
| Autumn | 10:00 | 15:30 |

### Getting there

Take bus 14 to the end of the line and walk the last 900 metres. The path is steep; wear good shoes. Is there parking? No, there is none.

```
tide --station brannoc
high 04:12  low 10:31
```
"""

BAKERY_DE = """# Die Bäckerei am Markt

Die Bäckerei öffnet um sechs Uhr morgens und schließt, wenn das letzte Brot verkauft ist. Wer Roggenbrot möchte, sollte vor dem Mittag kommen. Seit 1923 wird der Sauerteig jeden Abend von Hand angesetzt, z. B. mit Mehl aus der Mühle in Ückeritz.

## Bestellungen

Größere Bestellungen nimmt Frau Köhler bis 14 Uhr entgegen. Die Anzahlung beträgt 20 %. Abgeholt wird am nächsten Tag ab 7 Uhr.

1. Name und Telefonnummer angeben.
2. Anzahl der Brötchen nennen.
3. Anzahlung leisten.

## Allergene

Alle Brote enthalten Gluten. Das Nussbrot enthält außerdem Haselnüsse. Fragen beantwortet das Personal gern.
"""

RIVER_RU = """# Река и мост

Мост через реку построили в 1908 году. Его длина составляет 312 метров, а ширина — девять метров. Весной вода поднимается на четыре метра, поэтому опоры стоят на высоких каменных основаниях.

## Движение

Грузовики тяжелее десяти тонн по мосту не ездят. Для них построили переправу ниже по течению. Пешеходы переходят мост бесплатно.
"""

TEA_JA = """# お茶の淹れ方

煎茶は七十度のお湯で淹れます。茶葉は一人分で三グラムが目安です。急須にお湯を注いだら、一分ほど待ちます。

## 保存

開封した茶葉は缶に入れて、冷暗所で保存してください。一か月以内に飲み切るのが理想です。湿気を避けることが大切です。
"""

LIBRARY_ZH = """# 图书馆借阅规则

每位读者一次最多可以借十本书。借期为三十天，可以续借一次。逾期的图书每天收取两角钱的费用。

## 开放时间

图书馆周二至周日开放，上午九点开门，晚上八点关门。周一闭馆整理。节假日的开放时间另行通知。
"""

LIBRARY_TW = """# 圖書館借閱規則

每位讀者一次最多可以借十本書。借期為三十天，可以續借一次。逾期的圖書每天收取兩元的費用。

## 開放時間

圖書館週二至週日開放，上午九點開門，晚上八點關門。週一閉館整理。
"""

GARDEN_AR = """# حديقة المدينة

تفتح حديقة المدينة أبوابها كل يوم من الساعة السابعة صباحا حتى غروب الشمس. الدخول مجاني للأطفال دون العاشرة. يمنع إشعال النار داخل الحديقة.

## الأشجار

زرعت أشجار الزيتون عام 1952 على يد طلاب المدرسة. هل تسقى الأشجار في الصيف؟ نعم، تسقى مرتين في الأسبوع.
"""

MARKET_TH = """# ตลาดน้ำ

ตลาดน้ำเปิดทุกวันเสาร์และวันอาทิตย์ตั้งแต่หกโมงเช้าถึงบ่ายสองโมง ผู้มาเยือนสามารถเช่าเรือได้ที่ท่าเรือ ราคาค่าเช่าเรือคือชั่วโมงละสองร้อยบาท

## อาหาร

ก๋วยเตี๋ยวเรือเป็นอาหารที่มีชื่อเสียงที่สุดของตลาด ควรมาก่อนเที่ยงเพราะอาหารหมดเร็ว
"""

CLINIC_KO = """# 진료 안내

진료 시간은 평일 오전 아홉 시부터 오후 여섯 시까지입니다. 점심시간은 한 시부터 두 시까지입니다. 예약은 전화로만 받습니다.

## 준비물

신분증과 건강보험증을 가져오세요. 검사 전날에는 여덟 시간 동안 금식해야 합니다.
"""

EXPENSES = """# Travel expenses

Employees may claim travel expenses within 90 days of the journey. Claims above 500 euros need the approval of the head of department.[^1] Receipts are kept for ten years.

[^1]: The finance team answers within three working days.

## What is paid

1. Second-class rail tickets.
2. Hotels up to 140 euros a night; breakfast is included.
3. Taxis after 22:00, or with heavy luggage.

## What is not paid

Fines, minibars and upgrades are not paid. Neither are lost tickets.

| Country | Daily allowance |
|---------|-----------------|
| Austria | 46 euros |
| Japan   | 66 euros |
| Norway  | 80 euros |

> Keep the boarding pass: it proves that you flew.

```
claim --from 2026-01-12 --to 2026-01-14
```
"""

BIRDS = """# Counting birds in winter

Every January volunteers count the birds in their gardens for one hour. In 2025 they reported 612,000 birds of 84 species. The house sparrow was seen most often, although its numbers have fallen by a third since 1990.

Observers write down the largest number of birds of one kind that they see at the same time, so that no bird is counted twice. A flock that flies over without landing is left out.

## Method

The count takes place on the second weekend of the month, between nine in the morning and four in the afternoon. Rain does not matter, but fog does: a count in fog is repeated on the following day. Each observer chooses the hour, and stays in one place for all of it.

Reports are sent by post or through the web site. They are checked by three editors, who ask back when a report names a rare species. About one report in two hundred is rejected.

## Results

The blackbird has become rarer in the south, where a virus spread in the warm summers of the past decade. The goldfinch, on the other hand, is seen twice as often as in 2005. Experts explain this with the sunflower seeds that many people now put out.

Woodpeckers were reported from every fourth garden. The great spotted woodpecker is the most common of them; the black woodpecker was seen only 311 times. In the mountains, crossbills were noted up to a height of 1,800 metres.

## Outlook

From 2027 the count will include a second hour in May. The organisers hope to learn how many of the birds that winter in gardens also breed there. Schools may take part with a shorter form.
"""

SLIDES = """% Safety at sea
% Anna Vidal
% 2026-02-11

# Before departure

## Check the boat

- The life jackets are on board, one for each person.
- The radio is tested on channel 72.
- The fuel tank is two thirds full at least.

::: notes
Tell the story of the broken radio off Cape Lorn in 2019.
:::

## Weather

Nobody leaves the harbour when more than force six is forecast.

| Flag | Meaning |
|------|---------|
| Red  | Harbour closed |
| Blue | Doctor on board |
"""

SPACE_ES = """# El observatorio del valle

El observatorio abre al público los viernes por la noche. El telescopio principal mide 1,2 metros y se construyó en 1964. Las visitas duran dos horas y cuestan ocho euros.

## Recomendaciones

Traiga ropa de abrigo, porque la cúpula permanece abierta. No se permiten linternas blancas. ¿Se puede fotografiar la Luna? Sí, con el adaptador del centro.
"""

CHEESE_FR = """# La cave à fromages

Les fromages mûrissent dans la cave pendant au moins six mois. La température y reste à onze degrés toute l’année. M. Perrin retourne chaque meule deux fois par semaine.

## Vente

La boutique ouvre à 9 h 30 et ferme à 18 h. Le comté de dix-huit mois coûte 24 € le kilo. L’œuf et le lait viennent de la ferme voisine.
"""

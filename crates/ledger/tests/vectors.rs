//! Published vectors, and properties.

use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};
use xiaoneng_ledger::*;

#[test]
fn canonical_bytes_are_those_of_rfc_8785_section_3_2_4() {
    let source = "{\"numbers\": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],\
        \"string\": \"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\",\
        \"literals\": [null, true, false]}";
    let value: Value = serde_json::from_str(source).unwrap();
    let expected = r#"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}"#;
    assert_eq!(String::from_utf8(canonical_bytes(&value).unwrap()).unwrap(), expected);
}

#[test]
fn keys_are_sorted_by_utf_16_code_units_as_in_rfc_8785_section_3_2_3() {
    let value = json!({
        "\u{20ac}": "Euro Sign", "\r": "Carriage Return", "\u{fb33}": "Hebrew Letter Dalet With Dagesh",
        "1": "One", "\u{1f600}": "Emoji: Grinning Face", "\u{80}": "Control",
        "\u{f6}": "Latin Small Letter O With Diaeresis",
    });
    let text = String::from_utf8(canonical_bytes(&value).unwrap()).unwrap();
    let order = ["Carriage", "One", "Control", "Latin", "Euro", "Emoji", "Hebrew"];
    let places: Vec<_> = order.iter().map(|word| text.find(word).unwrap()).collect();
    assert!(places.is_sorted(), "{text}");
}

#[test]
fn leaf_hashes_are_those_of_the_rfc_6962_reference_tree() {
    // Leaves of the certificate-transparency reference test: "", 00, 10.
    for (leaf, expected) in [
        (&b""[..], "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
        (&[0][..], "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"),
        (&[0x10][..], "0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7"),
    ] {
        assert_eq!(leaf_hash(leaf).to_string(), expected);
        assert_eq!(expected.parse(), Ok(leaf_hash(leaf)));
    }
}

#[test]
fn hmac_look_up_is_hmac_sha256() {
    // HMAC-SHA256(key = 00*32, be64(2) || "id" || "A"), computed with Python's hmac.
    let hash = lookup_hash(&SealKey::new([0; 32]), "id", "a");
    assert_eq!(hash, LOOKUP_VECTOR);
}
const LOOKUP_VECTOR: &str = "6b5a0cca8d673f82dae03496536bbfe8d0203d7e90f0cf64f10f4b1b1c701643";

#[test]
fn sealing_gives_the_same_bytes_in_every_release() {
    // Made by another program (XChaCha20-Poly1305 in plain Python): a sealed value of today must
    // open in ten years, so this one must never change.
    let place = FieldPlace { tenant: "630222", stream: "case/c1", field: "name" };
    let sealed = seal(&SealKey::new([1; 32]), "k1", [2; 24], place, "马秀兰".as_bytes());
    assert_eq!(sealed.sealed, SEALED_VECTOR);
    assert_eq!(open(&SealKey::new([1; 32]), place, &sealed).unwrap(), "马秀兰".as_bytes());
}
const SEALED_VECTOR: &str =
    "v1.020202020202020202020202020202020202020202020202.25cf9a080df719c81072ae062dd43b2ec464c5ca2602e5d367";

#[test]
fn a_sealed_value_opens_nowhere_else_and_under_no_other_key() {
    let key = SealKey::new([1; 32]);
    let place = FieldPlace { tenant: "630222", stream: "case/c1", field: "name" };
    let sealed = seal(&key, "k1", [2; 24], place, b"secret");
    for other in [
        FieldPlace { tenant: "630223", ..place },
        FieldPlace { stream: "case/c2", ..place },
        FieldPlace { field: "phone", ..place },
        // The same letters cut elsewhere.
        FieldPlace { tenant: "630222c", stream: "ase/c1", field: "name" },
    ] {
        assert!(matches!(open(&key, other, &sealed), Err(LedgerError::DoesNotOpen { .. })));
    }
    assert!(open(&SealKey::new([9; 32]), place, &sealed).is_err());
    let mut changed = sealed.clone();
    let last = changed.sealed.pop().unwrap();
    changed.sealed.push(if last == '0' { '1' } else { '0' });
    assert!(open(&key, place, &changed).is_err());
    for broken in ["", "v1", "v1.aa.bb", "v2.00.00", "v1.zz.zz", "v1.00.00.00"] {
        let broken = Sealed { sealed: broken.to_owned(), key: "k1".to_owned() };
        assert!(matches!(open(&key, place, &broken), Err(LedgerError::NotSealed { .. })));
    }
    let value = sealed.to_value();
    assert!(is_sealed(&value) && !is_sealed(&json!("text")) && !is_sealed(&json!({"sealed": 1})));
    assert_eq!(Sealed::from_value(&value).unwrap(), sealed);
}

#[test]
fn no_secret_shows_in_debug() {
    assert!(!format!("{:?}", SealKey::new([0xab; 32])).to_lowercase().contains("ab"));
    assert!(!format!("{:?}", Some(SealKey::new([171; 32]))).contains("171"));
}

#[test]
fn an_envelope_of_another_form_or_with_unknown_words_is_refused() {
    let bytes = sample("x".to_owned(), None, 0, 1).canonical_bytes().unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let newer = text.replace("\"v\":1", "\"v\":2");
    let fault = Envelope::decode(newer.as_bytes()).unwrap_err().to_string();
    assert!(fault.contains("newer program"), "{fault}");
    let unknown = text.replace("\"v\":1", "\"extra\":0,\"v\":1");
    assert!(Envelope::decode(unknown.as_bytes()).is_err());
    let spaced = text.replace("\"v\":1", "\"v\": 1");
    assert!(Envelope::decode(spaced.as_bytes()).is_ok());
    assert!(matches!(Envelope::decode_strict(spaced.as_bytes()), Err(LedgerError::NotCanonical { .. })));
}

#[test]
fn money_is_read_and_shown_to_the_fen_and_never_overflows() {
    for (text, fen) in [("0", 0), ("12", 1200), ("12.3", 1230), ("-0.05", -5), (" 7.00 元 ", 700)] {
        assert_eq!(text.parse(), Ok(Fen(fen)), "{text}");
    }
    for text in ["", ".", "1.", ".5", "1.234", "1,000", "--1", "+1", "１", "1e3", "元"] {
        assert!(text.parse::<Fen>().is_err(), "{text}");
    }
    assert_eq!("99999999999999999".parse::<Fen>(), Err(LedgerError::MoneyOverflow));
    assert_eq!(Fen(i64::MAX).plus(Fen(1)), Err(LedgerError::MoneyOverflow));
    assert_eq!(Fen(9_007_199_254_740_991).plus(Fen(1)), Err(LedgerError::MoneyOverflow));
    assert_eq!(Fen(i64::MIN).times(-1), Err(LedgerError::MoneyOverflow));
}

fn sample(text: String, maybe: Option<String>, index: u64, version: u64) -> Envelope {
    Envelope {
        tenant: "630222".into(),
        index,
        stream: StreamId(text.clone()),
        version,
        id: EventId(text.clone()),
        kind: text.clone(),
        actor: Actor { officer: maybe.clone(), post: maybe.clone(), party: Party::Officer },
        acting_for: maybe.clone(),
        recorded_at: Timestamp::UNIX_EPOCH,
        effective_at: Timestamp::UNIX_EPOCH,
        cause: maybe.map(EventId),
        payload: json!({"text": text}),
    }
}

fn json_values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-(INTEGER_MAX as i64)..=INTEGER_MAX as i64).prop_map(Value::from),
        (-1e9..1e9_f64).prop_filter("whole floats come back as integers", |f| f.fract() != 0.0).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((any::<String>(), inner), 0..5)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn prop_bytes_by_hand_are_the_general_canonical_bytes(
        text in any::<String>(), maybe in any::<Option<String>>(),
        index in 0..=INTEGER_MAX, version in 0..=INTEGER_MAX,
        micros in -60_000_000_000_000_000_i64..200_000_000_000_000_000, payload in json_values(),
    ) {
        let mut event = sample(text, maybe, index, version);
        event.recorded_at = Timestamp::from_microsecond(micros).unwrap();
        event.payload = payload;
        let bytes = event.canonical_bytes().unwrap();
        prop_assert_eq!(&bytes, &canonical_bytes(&event).unwrap());
        prop_assert_eq!(&Envelope::decode_strict(&bytes).unwrap(), &event);
    }

    #[test]
    fn prop_what_is_sealed_opens_to_the_same(
        key in any::<[u8; 32]>(), nonce in any::<[u8; 24]>(), plain in any::<Vec<u8>>(),
        field in any::<String>(),
    ) {
        let key = SealKey::new(key);
        let place = FieldPlace { tenant: "630222", stream: "case/c", field: &field };
        let sealed = seal(&key, "k", nonce, place, &plain);
        prop_assert_eq!(open(&key, place, &sealed).unwrap(), plain);
    }

    #[test]
    fn prop_money_shown_reads_back(fen in -(INTEGER_MAX as i64)..=INTEGER_MAX as i64) {
        prop_assert_eq!(Fen(fen).to_string().parse(), Ok(Fen(fen)));
    }

    #[test]
    fn prop_readers_of_strange_text_answer_and_do_not_panic(text in any::<String>()) {
        let _ = text.parse::<Fen>();
        let _ = text.parse::<AttachmentHash>();
        let _ = Envelope::decode(text.as_bytes());
        let _ = normal_identity(&text);
    }
}

"""Strings that find differences between two tokenizers or two runtimes."""

import random

from ..data.sentences import read_development_sentences, read_training_sentences

SEED = 11
GOLDEN_TEXTS = 300
TOKENIZER_TEXTS = 360

HANDWRITTEN = [
    "I love it",
    "I don't love it",
    "I don’t love it",
    "not bad",
    "NOT BAD AT ALL!!!",
    "Good. Good? Good!",
    "meh",
    "a",
    "?",
    "!",
    "...",
    "!!!???",
    "—–-‐‑",
    "“quoted” ‘single’ «guillemets» „low“",
    "don't won't can't shouldn't've y'all'd o'clock 'tis rock'n'roll",
    "it''s ''quoted'' 'a' b'c' 'd",
    "Café crème brûlée, naïve façade, Zoë's résumé, jalapeño",
    "Cafe\u0301 cre\u0300me decomposed",
    "ÀÉÎÕÜ ÇÑ Åßæœø ðþ ĲŁŐŘŞŤŽ",
    "İstanbul'da ılık bir İyi gün",
    "STRASSE straße ẞ ﬁne ﬂow ﬀ ℌ ℃ K Å",
    "ΚΑΛΗΜΕΡΑ ΚΟΣΜΕ, ΣΊΣΥΦΟΣ ΟΔΟΣ",
    "καλημέρα κόσμε, πολύ καλό",
    "Отличный фильм! Ёлка, йод, щи",
    "מצוין! שלום עולם",
    "مرحبا بالعالم، فيلم رائع",
    "यह फिल्म बहुत अच्छी है",
    "ภาพยนตร์เรื่องนี้ดีมาก",
    "영화가 정말 좋았어요 한국어",
    "この映画は最高でした。カタカナ ﾊﾝｶｸ",
    "这部电影真的很好看！我喜欢。",
    "㐀㐁 䶵 鿿 豈 更",
    "mixed 中文 and English混在一起 text",
    "𠀀𠀁 beyond the first plane 𪜀 𫝀 丽",
    "Great movie 😀👍🏽 👩‍👩‍👧‍👦 🇩🇪 ❤️ ♥ ☺ 1️⃣",
    "😀",
    "😡😡😡 worst day",
    ":) :( ;-) :-/ <3 ^_^ ¯\\_(ツ)_/¯",
    "𝐁𝐨𝐥𝐝 𝒮𝒸𝓇𝒾𝓅𝓉 𝔉𝔯𝔞𝔨𝔱𝔲𝔯 Ⓒⓘⓡⓒⓛⓔ ｆｕｌｌｗｉｄｔｈ",
    "tab\there, new\nline, return\r\nand\u00a0no-break\u2003em\u3000wide",
    "zero\u200bwidth\u200cjoin\u200der\ufeffmark soft\u00adhyphen",
    "control\u0001\u0007\u001b[31mred\u007f\u0085 characters",
    "replacement \ufffd and private \ue000 use",
    "right \u202eleft\u202c and \u2066isolate\u2069",
    "100% of 3,000.50 users paid $5 / €4 / £3 / ¥500 on 2024-01-31 at 12:30",
    "e=mc² x³ H₂O ½ ⅓ ① Ⅷ ٣ ৪",
    "https://example.org/path?query=1&other=two#part user.name@example.org @name #tag",
    "<b>bold</b> &amp; &lt;tag&gt; <script>alert(1)</script>",
    '{"key": "value", "list": [1, 2, 3]}',
    "[CLS] [SEP] [MASK] [PAD] [UNK] as text",
    "SELECT * FROM films; DROP TABLE films; --",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "a" * 99,
    "a" * 100,
    "a" * 101,
    "supercalifragilisticexpialidocious antidisestablishmentarianism floccinaucinihilipilification",
    "sooooooo gooooood!!!!!! loooooove",
    "camelCase snake_case kebab-case dot.case slash/case back\\slash",
    "well-known mother-in-law state-of-the-art co-op e-mail",
    "word " * 60,
    "great " * 300,
    "terrible, " * 300,
    "! " * 400,
    "é" * 400,
    "好" * 400,
    "😀" * 300,
    "0123456789 " * 40,
    "a b c d e f g h i j k l m n o p q r s t u v w x y z",
    "The service was slow, the room was cold and the soup was worse; we loved every minute of it.",
    "̀ ́ ̂ only marks",
    "e\u0301\u0302\u0303\u0304\u0305\u0306\u0307 stacked",
    "क्षत्रिय ක්‍ෂ ญู่ ေ",
    "ǅ ǆ Ǆ ŉ ǰ ΐ",
    "ʻokina Hawaiʻi 'okina ‛reversed",
    "№ ™ © ® ° § ¶ † ‡ • … ‰",
    "← → ↑ ↓ ⇒ ∀ ∃ ∈ ∑ √ ∞ ≈ ≠ ≤",
    "█ ▓ ▒ ░ ■ □ ▲ ● ★ ☆",
]

# Blocks from which made-up words are drawn, so that every script is met.
BLOCKS = [
    (0x0021, 0x007E),
    (0x00A1, 0x024F),
    (0x0250, 0x036F),
    (0x0370, 0x052F),
    (0x0531, 0x06FF),
    (0x0900, 0x0DFF),
    (0x0E01, 0x109F),
    (0x1E00, 0x20CF),
    (0x2100, 0x27BF),
    (0x3041, 0x30FF),
    (0x4E00, 0x9FBF),
    (0xAC00, 0xD7A3),
    (0xF900, 0xFAFF),
    (0xFF01, 0xFFEE),
    (0x1D400, 0x1D7FF),
    (0x1F300, 0x1F64F),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2CEAF),
]


def made_up_texts(count: int) -> list[str]:
    """Words of random letters, most from one block of Unicode each, some of several."""
    generator = random.Random(SEED)
    texts = []
    for index in range(count):
        blocks = [BLOCKS[index % len(BLOCKS)], generator.choice(BLOCKS)]
        words = []
        for _ in range(generator.randint(1, 12)):
            first, last = blocks[0] if generator.random() < 0.7 else blocks[1]
            length = generator.randint(1, 7)
            words.append("".join(chr(generator.randint(first, last)) for _ in range(length)))
        texts.append(" ".join(words))
    return texts


def tokenizer_texts() -> list[str]:
    """Texts for the tokenizer's golden set, the empty one among them."""
    sentences = read_training_sentences().texts[::35][:90]
    whole = ["", " ", *HANDWRITTEN, *sentences]
    return whole + made_up_texts(TOKENIZER_TEXTS - len(whole))


def golden_texts() -> list[str]:
    """Texts that a caller may send to sentiment: hard ones first, then ordinary sentences."""
    hard = HANDWRITTEN + made_up_texts(36)
    return hard + read_training_sentences().texts[::15][: GOLDEN_TEXTS - len(hard)]


def parity_texts() -> list[str]:
    """Texts that an exported model is compared with its original on: some 900."""
    return golden_texts() + read_development_sentences().texts

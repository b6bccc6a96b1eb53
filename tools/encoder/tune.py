"""Tunes the sentence encoder on our own examples and exports it as int8 ONNX.

Runs in the encoder's own environment (`make encoder`); PyTorch is not needed anywhere else.
Two heads sit on the pooled sentence vector while tuning, topics and danger, and are thrown
away afterwards: `rasa train` fits its own light heads on the tuned vectors in seconds.
docs/decisions/0003-tuned-encoder-light-heads.md has the comparison that chose this.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from pathlib import Path
from typing import Dict, List, Sequence, Tuple

import torch
from onnx import TensorProto
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers.optimizer import optimize_model
from tokenizers import Tokenizer
from torch import nn
from transformers import AutoModel

from bot.encoder import TOKENIZER_FILE
from tools.encoder.augment import LONGEST_IN_PAIR, NO_TALK, augment, pair

SEED = 20261121
MOST_TOKENS = 64
DANGER_WEIGHT = 0.5
SCALE = 20.0
# So many messages of an epoch, beside the examples themselves, hold two of them: the vector of a message
# that asks two things is to lie near both.
PAIRED = 0.2
# Each layer learns this much slower than the one above it: what lies below is language, not our subject.
LAYER_DECAY = 0.8


class TunedEncoder(nn.Module):
    """Token ids → token states; what is exported."""

    def __init__(self, base: Path):
        super().__init__()
        self.bert = AutoModel.from_pretrained(str(base), attn_implementation="eager", add_pooling_layer=False)

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """(batch, tokens) twice → (batch, tokens, 384)."""
        return self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state


def pooled(states: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Mean over the mask, then L2: as `onnx_encoder` does at run time."""
    weights = mask.unsqueeze(-1).float()
    return nn.functional.normalize((states * weights).sum(1) / weights.sum(1), dim=-1)


def batches(lengths: Sequence[int], size: int, rng: random.Random) -> List[List[int]]:
    """Indices in batches of like length, in random order: little time goes to padding."""
    order = sorted(range(len(lengths)), key=lambda index: lengths[index] + rng.random() * 4)
    cut = [order[start:start + size] for start in range(0, len(order), size)]
    rng.shuffle(cut)
    return cut


def drawn(rows: Sequence[Dict], intents: Sequence[str], rng: random.Random) -> Tuple[List[str], torch.Tensor]:
    """The texts of one epoch, made harder, and how far each is about each of `intents`: shape (texts, intents), rows of zeros for
    what has no topic by itself."""
    texts = [row["text"] if row.get("in_thread") or not row["intents"]
             else augment(rng.choice([row["text"], row["text"], *row["noisy"]]), row["intents"][0], rng) for row in rows]
    labels = [row["intents"] for row in rows]
    short = [row for row in rows if len(row["intents"]) == 1 and row["intents"][0] not in NO_TALK and not row.get("in_thread")
             and len(row["text"].split()) <= LONGEST_IN_PAIR]
    for _ in range(int(PAIRED * len(rows))):
        first, second = rng.sample(short, 2)
        texts.append(pair(first["text"], second["text"], rng))
        both = first["intents"] + second["intents"]
        labels.append(["emergency"] if "emergency" in both else both)
    shares = torch.zeros(len(texts), len(intents))
    number = {intent: column for column, intent in enumerate(intents)}
    for row, names in enumerate(labels):
        for name in names:
            shares[row, number[name]] += 1 / len(names)
    return texts, shares


def tune(rows: List[Dict], base: Path, epochs: int, batch: int, rate: float, held_out: float) -> TunedEncoder:
    """Tunes all layers but the words; prints progress, and accuracy on the held-out share if there is one."""
    random.seed(SEED)
    torch.manual_seed(SEED)
    rng = random.Random(SEED)
    tokenizer = Tokenizer.from_file(str(TOKENIZER_FILE))
    tokenizer.no_padding()  # the file asks for 128 tokens always
    tokenizer.enable_truncation(MOST_TOKENS)
    intents = sorted({intent for row in rows for intent in row["intents"]})
    rng.shuffle(rows)
    kept_back = int(len(rows) * held_out)
    test, train = [row for row in rows[:kept_back] if row["intents"]], rows[kept_back:]
    model = TunedEncoder(base)
    # Words stay: half of all weights, and too few examples to move them well.
    for parameter in model.bert.embeddings.parameters():
        parameter.requires_grad = False
    layers = model.bert.encoder.layer
    groups = [{"params": list(layer.parameters()), "lr": rate * LAYER_DECAY ** (len(layers) - 1 - number)}
              for number, layer in enumerate(layers)]
    topics = nn.Linear(384, len(intents))
    danger = nn.Linear(384, 1)
    dropout = nn.Dropout(0.1)
    inner = [parameter for parameter in model.parameters() if parameter.requires_grad]
    outer = [*topics.parameters(), *danger.parameters()]
    optimizer = torch.optim.AdamW([*groups, {"params": outer, "lr": rate * 20}], weight_decay=0.01)
    steps = epochs * int((1 + PAIRED) * len(train) / batch + 1)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / (0.1 * steps)) * max(0.0, 1 - step / steps))
    topic_loss = nn.CrossEntropyLoss(label_smoothing=0.05, reduction="none")
    danger_loss = nn.BCEWithLogitsLoss()

    def encode(texts: Sequence[str]) -> torch.Tensor:
        encodings = tokenizer.encode_batch(list(texts))
        longest = max(len(encoding.ids) for encoding in encodings)
        ids = torch.tensor([encoding.ids + [0] * (longest - len(encoding.ids)) for encoding in encodings])
        mask = torch.tensor([[1] * len(encoding.ids) + [0] * (longest - len(encoding.ids)) for encoding in encodings])
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=half):
            states = model(ids, mask)
        return pooled(states.float(), mask)

    # Half precision: twice as fast on processors that have it, and no worse here; ten times slower on those that haven't.
    half = torch.ops.mkldnn._is_mkldnn_bf16_supported()
    begun = time.time()
    for epoch in range(epochs):
        model.train()
        texts, shares = drawn(train, intents, rng)
        total = 0.0
        plan = batches([len(text) for text in texts], batch, rng)
        for done, indices in enumerate(plan):
            vectors = dropout(encode([texts[index] for index in indices])) * SCALE
            share = shares[indices]
            is_danger = share[:, intents.index("emergency")].unsqueeze(1)
            has_topic = share.sum(1) > 0
            about = topic_loss(topics(vectors), share)[has_topic].sum() / has_topic.sum().clamp(min=1)
            loss = about + DANGER_WEIGHT * danger_loss(danger(vectors), is_danger)
            loss.backward()
            nn.utils.clip_grad_norm_(inner + outer, 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
            total += loss.item()
            if done % 20 == 0:
                so_far = (epoch + (done + 1) / len(plan)) / epochs
                left = (time.time() - begun) * (1 - so_far) / so_far
                print(f"\repoch {epoch + 1}/{epochs}  {so_far:4.0%}  about {left / 60:.1f} min left  ", end="", flush=True)
        line = f"\repoch {epoch + 1}/{epochs}  loss {total / len(plan):.3f}  {time.time() - begun:.0f} s"
        if test:
            model.eval()
            with torch.no_grad():
                scores = torch.cat([topics(encode([row["text"] for row in test[start:start + 64]]) * SCALE)
                                    for start in range(0, len(test), 64)])
            right = sum(intents[best] in row["intents"] for best, row in zip(scores.argmax(1), test, strict=True))
            line += f"  held out {right / len(test):.3f}"
        print(line + " " * 20, flush=True)
    return model.eval()


def export(model: TunedEncoder, target: Path) -> None:
    """Writes int8 ONNX: each attention and each normalisation as one operator, weights quantised, a quarter of the size.

    Seven bits of the eight: on processors without VNNI the products of eight overflow.
    """
    full = target.with_suffix(".fp32.onnx")
    ids = torch.ones(2, 8, dtype=torch.int64)
    torch.onnx.export(model, (ids, ids), str(full), input_names=["input_ids", "attention_mask"],
                      output_names=["states"], opset_version=17, dynamo=False,
                      dynamic_axes={"input_ids": {0: "batch", 1: "tokens"},
                                    "attention_mask": {0: "batch", 1: "tokens"},
                                    "states": {0: "batch", 1: "tokens"}})
    shape = model.bert.config
    fused = optimize_model(str(full), "bert", num_heads=shape.num_attention_heads, hidden_size=shape.hidden_size, opt_level=0)
    fused.save_model_to_file(str(full))
    quantize_dynamic(str(full), str(target), weight_type=QuantType.QInt8, per_channel=True, reduce_range=True,
                     extra_options={"DefaultTensorType": TensorProto.FLOAT})  # fused operators tell no type of what they give
    full.unlink()


def main() -> None:
    """Command line of `make encoder`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("examples", type=Path)
    parser.add_argument("base", type=Path, help="folder with config.json and model.safetensors of all-MiniLM-L6-v2")
    parser.add_argument("target", type=Path)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--threads", type=int, default=1,
                        help="more than one helps only on cores that nothing else uses: threads wait for the slowest")
    parser.add_argument("--held-out", type=float, default=0.0, help="share kept back to watch accuracy")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    rows = [json.loads(line) for line in options.examples.read_text(encoding="utf-8").splitlines()]
    print(f"{len(rows)} examples, {len({intent for row in rows for intent in row['intents']})} intents")
    model = tune(rows, options.base, options.epochs, options.batch, options.rate, options.held_out)
    options.target.parent.mkdir(parents=True, exist_ok=True)
    export(model, options.target)
    print(f"written: {options.target}")


if __name__ == "__main__":
    main()

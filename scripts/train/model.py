"""The network: a BERT encoder (all-MiniLM-L6-v2: 6 layers, 384 wide, uncased), case features, and heads.

One window of an article is one pass. Everything a head needs is computed once, in `Copydesk.words`; a head is a small
module over word vectors and one more entry in `heads`. Names of parameters are those of Hugging Face's BertModel under
`encoder.`, so other BERT implementations can load them.

Shapes: n pieces of the window with [CLS] and [SEP], w words (pre-tokens), L = WORD_CHARS characters of each word.
"""
import torch
from torch import nn
import torch.nn.functional as F

import quotes

# The encoder, as in the configuration of sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0).
VOCAB, WIDTH, LAYERS, ATTENTION_HEADS, INNER, POSITIONS = 30522, 384, 6, 12, 1536, 512

WORD_CHARS = 16        # characters of a word that the character CNN sees
CHAR_WIDTH = 32        # size of a character's vector
CHAR_FILTERS = 128     # filters of width 3
HEAD_WIDTH = 256       # hidden layer of the entity head
DROPOUT = 0.1          # in the encoder, as BERT was trained
HEAD_DROPOUT = 0.2

LABELS = ["PER", "ORG", "LOC", "FAC", "NORP", "PRODUCT", "DATE", "MONEY", "MISC"]
TAGS = ["O"] + [f"{p}-{l}" for l in LABELS for p in "BI"]     # 19


class Dropout(nn.Module):
    """Dropout whose masks are cut out of one pool of random masks at random places: drawing them is dear on CPUs."""
    SIZE = 1 << 24
    POOLS = {}

    def __init__(self, p):
        super().__init__()
        self.p = p

    def forward(self, x):
        if not self.training or not self.p:
            return x
        key = self.p, x.dtype, x.device
        if key not in self.POOLS:
            drawn = torch.rand(self.SIZE, generator=torch.Generator().manual_seed(0)) >= self.p
            self.POOLS[key] = (drawn / (1 - self.p)).to(x)
        at = int(torch.randint(self.SIZE - x.numel(), ()))
        return x * self.POOLS[key][at: at + x.numel()].view_as(x)


class Embeddings(nn.Module):
    def __init__(self):
        super().__init__()
        self.word_embeddings = nn.Embedding(VOCAB, WIDTH)
        self.position_embeddings = nn.Embedding(POSITIONS, WIDTH)
        self.token_type_embeddings = nn.Embedding(2, WIDTH)
        self.LayerNorm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.dropout = Dropout(DROPOUT)

    def forward(self, ids, case):                              # [b, n], [b, n, 384]
        x = self.word_embeddings(ids) + self.position_embeddings.weight[: ids.shape[1]] + self.token_type_embeddings.weight[0]
        return self.dropout(self.LayerNorm(x + case))


class Self(nn.Module):
    def __init__(self):
        super().__init__()
        self.query, self.key, self.value = (nn.Linear(WIDTH, WIDTH) for _ in range(3))


class Output(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.dense = nn.Linear(width, WIDTH)
        self.LayerNorm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.dropout = Dropout(DROPOUT)

    def forward(self, x, residual):
        return self.LayerNorm(self.dropout(self.dense(x)) + residual)


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention = nn.ModuleDict({"self": Self(), "output": Output(WIDTH)})
        self.intermediate = nn.ModuleDict({"dense": nn.Linear(WIDTH, INNER)})
        self.output = Output(INNER)

    def forward(self, x, mask):                                # [b, n, 384], [b, 1, 1, n] or None
        b, n, _ = x.shape
        s = self.attention["self"]
        q, k, v = (f(x).view(b, n, ATTENTION_HEADS, -1).transpose(1, 2) for f in (s.query, s.key, s.value))
        a = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        x = self.attention["output"](a.transpose(1, 2).reshape(b, n, WIDTH), x)
        return self.output(F.gelu(self.intermediate["dense"](x)), x)


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.embeddings = Embeddings()
        self.encoder = nn.ModuleDict({"layer": nn.ModuleList(Layer() for _ in range(LAYERS))})

    def forward(self, ids, case, mask=None):                   # [b, n, 384]
        x = self.embeddings(ids, case)
        for layer in self.encoder["layer"]:
            x = layer(x, mask)
        return x


class Case(nn.Module):
    """What an uncased vocabulary loses: a vector from the word's shape, one from its characters."""

    def __init__(self, shapes, chars):
        super().__init__()
        self.shape = nn.Embedding(shapes, WIDTH)
        self.chars = nn.Embedding(chars, CHAR_WIDTH)
        self.conv = nn.Linear(3 * CHAR_WIDTH, CHAR_FILTERS)    # a convolution of width 3, written as a product
        self.project = nn.Linear(CHAR_FILTERS, WIDTH)
        for p in (self.shape.weight, self.project.weight, self.project.bias):
            nn.init.zeros_(p)                                  # training starts at the pretrained encoder

    def forward(self, shapes, chars):                          # [w + 1], [w + 1, L] -> [w + 1, 384], [w + 1, 128]
        x = F.pad(self.chars(chars), (0, 0, 1, 1))             # [w + 1, L + 2, 32]
        x = torch.cat([x[:, :-2], x[:, 1:-1], x[:, 2:]], -1)   # [w + 1, L, 96]
        x = F.relu(self.conv(x)).amax(1)
        return self.shape(shapes) + self.project(x), x


class EntityHead(nn.Module):
    """BIO tags of words; what a scheme asks for enters here, so that one encoder pass serves all schemes."""

    def __init__(self, schemes):
        super().__init__()
        self.dense = nn.Linear(WIDTH + CHAR_FILTERS, HEAD_WIDTH)
        self.dropout = Dropout(HEAD_DROPOUT)
        self.scheme = nn.Embedding(schemes, HEAD_WIDTH)
        self.out = nn.Linear(HEAD_WIDTH, len(TAGS))
        self.scheme_out = nn.Embedding(schemes, HEAD_WIDTH * len(TAGS))    # what a scheme changes in `out`
        self.scheme_bias = nn.Embedding(schemes, len(TAGS))
        for p in (self.scheme.weight, self.scheme_out.weight, self.scheme_bias.weight):
            nn.init.zeros_(p)

    def forward(self, hidden, chars, scheme):                  # [w, 384], [w, 128], [w] or [1] -> [w, 19]
        x = self.dense(self.dropout(torch.cat([hidden, chars], -1)))
        x = self.dropout(F.gelu(x + self.scheme(scheme)))
        if scheme.shape[0] == 1:
            own = x @ self.scheme_out(scheme).view(HEAD_WIDTH, len(TAGS))
        else:                                                  # all schemes' in one product, then each word's
            all_ = self.scheme_out.weight.view(-1, HEAD_WIDTH, len(TAGS)).transpose(0, 1).reshape(HEAD_WIDTH, -1)
            own = (x @ all_).view(x.shape[0], -1, len(TAGS))[torch.arange(x.shape[0], device=x.device), scheme]
        return self.out(x) + own + self.scheme_bias(scheme)


class Copydesk(nn.Module):
    def __init__(self, shapes, chars, schemes):
        super().__init__()
        self.encoder = Encoder()
        self.case = Case(shapes, chars)
        self.heads = nn.ModuleDict({"entities": EntityHead(schemes),
                                    "quotes": quotes.QuoteHead(WIDTH + CHAR_FILTERS, Dropout(HEAD_DROPOUT))})

    def words(self, ids, word, first, shapes, chars, mask=None):
        """Vectors of words: `hidden` (the encoder's at the word's first piece) and the character CNN's.

        ids [b, n]; word [b, n] row of `shapes` and `chars` each piece belongs to (the last row for what is no word);
        first [w] place of each word's first piece among the b * n pieces; mask [b, 1, 1, n] true where a piece is.
        """
        case, char = self.case(shapes, chars)
        x = self.encoder(ids, case[word], mask)
        return x.reshape(-1, WIDTH)[first], char[: first.shape[0]]

    def forward(self, ids, word, first, shapes, chars, scheme, mask=None):
        """scheme [w, 2] or [1, 2]: a number for each head, in their order. Returns what the heads say of each word."""
        hidden, char = self.words(ids, word, first, shapes, chars, mask)
        return {name: head(hidden, char, scheme[:, i]) for i, (name, head) in enumerate(self.heads.items())}


def load_encoder(model, path):
    """Fills the encoder with pretrained weights from a safetensors file with the names of BertModel."""
    from safetensors.torch import load_file
    state = {k.removeprefix("bert."): v.float() for k, v in load_file(path).items()}
    own = model.encoder.state_dict()
    missing = [k for k in own if k not in state]
    assert not missing, missing
    model.encoder.load_state_dict({k: state[k] for k in own})


def load_model(model, folder):
    """Fills the model with the weights of a model folder; heads that it does not have stay as they are."""
    from safetensors.torch import load_file
    state = {k: v.float() for k, v in load_file(folder / "weights.safetensors").items()}
    print("not in", folder, sorted(model.load_state_dict(state, strict=False).missing_keys), flush=True)

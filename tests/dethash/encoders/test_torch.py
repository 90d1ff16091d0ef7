"""PyTorch: dtype, shape, values, requires_grad, training mode and hyperparameters count; layout and gradients do not."""

# ruff: noqa: E501 - a census is a long list

from __future__ import annotations

import warnings
from typing import Any

import pytest

from memo.dethash import det_hash
from tests.dethash.encoders.laws import alike_in, before_and_after, copies, digests, refusal

torch = pytest.importorskip("torch")

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning", "ignore::FutureWarning")

BASE = torch.arange(35.0).reshape(5, 7)


class Net(torch.nn.Module):
    """A module with parts of several kinds."""

    def __init__(self, rate: float = 0.1) -> None:
        super().__init__()
        self.linear = torch.nn.Linear(7, 3)
        self.norm = torch.nn.BatchNorm1d(3)
        self.memory = torch.nn.LSTM(3, 2)
        self.drop = torch.nn.Dropout(rate)

    def forward(self, values: Any) -> Any:
        return self.memory(self.drop(self.norm(self.linear(values))))[0]


def net(seed: int = 0, rate: float = 0.1) -> Any:
    torch.manual_seed(seed)
    return Net(rate)


def tensors() -> dict[str, Any]:
    """Return tensors of which no two are the same."""
    dtypes = (
        torch.float16,
        torch.bfloat16,
        torch.float32,
        torch.float64,
        torch.int8,
        torch.uint8,
        torch.int64,
        torch.bool,
        torch.complex64,
        torch.float8_e4m3fn,
        torch.float8_e5m2,
    )
    coo = torch.sparse_coo_tensor([[0, 1], [1, 0]], [1.0, 2.0], (2, 2))
    doubled = torch.sparse_coo_tensor([[0, 0], [1, 1]], [1.0, 2.0], (2, 2))
    with warnings.catch_warnings(action="ignore"):
        out = {
            "quantized": torch.quantize_per_tensor(BASE, 0.1, 0, torch.qint8), "other scale": torch.quantize_per_tensor(BASE, 0.2, 0, torch.qint8),
            "scale": torch._make_per_tensor_quantized_tensor(torch.ones(2, dtype=torch.int8), 0.1, 0), "larger scale": torch._make_per_tensor_quantized_tensor(torch.ones(2, dtype=torch.int8), 0.2, 0),
            "by channel": torch.quantize_per_channel(BASE, torch.ones(5), torch.zeros(5, dtype=torch.int), 0, torch.qint8),
            "nested": torch.nested.nested_tensor([torch.ones(2), torch.ones(3)]), "jagged": torch.nested.nested_tensor([torch.ones(2), torch.ones(3)], layout=torch.jagged),
            "csr": coo.to_sparse_csr(), "csc": coo.to_sparse_csc(), "bsr": torch.ones(2, 2).to_sparse_bsr((1, 1)),
        }  # fmt: skip
    return out | {str(dtype): torch.zeros(3, dtype=dtype) for dtype in dtypes} | {
        f"shape {shape}": torch.zeros(shape) for shape in [(), (0,), (1,), (0, 2), (2, 0), (1, 1), (4,), (2, 2), (1, 4)]
    } | {
        "base": BASE, "transposed": BASE.T, "a value": BASE + (BASE == 3), "-0.0": torch.tensor([-0.0]), "0.0, once": torch.tensor([0.0, 0.0]), "requires grad": BASE.clone().requires_grad_(), "parameter": torch.nn.Parameter(BASE.clone()),
        "frozen parameter": torch.nn.Parameter(BASE.clone(), requires_grad=False), "coo": coo, "coalesced": coo.coalesce(), "doubled": doubled, "summed": doubled.coalesce(), "dense": coo.to_dense(),
        "no values": torch.zeros(2, device="meta"), "no values, longer": torch.zeros(5, device="meta"), "to be": torch.nn.UninitializedParameter(), "conj": torch.tensor([1 + 2j]).conj(), "not conj": torch.tensor([1 + 2j]),
        "storage": BASE.untyped_storage(), "other storage": torch.ones(3).untyped_storage(), "list": BASE.tolist(),
    }  # fmt: skip


def others() -> dict[str, Any]:
    """Return modules, optimizers and other things of which no two are the same."""
    hooked = net()
    hooked.register_forward_hook(print)
    return {
        "net": net(), "other seed": net(1), "other rate": net(rate=0.2), "evaluating": net().eval(), "a part": net().linear, "state dict": net().state_dict(), "hooked": hooked, "frozen": net().requires_grad_(False),
        "sequential": torch.nn.Sequential(torch.nn.ReLU(), torch.nn.Tanh()), "other order": torch.nn.Sequential(torch.nn.Tanh(), torch.nn.ReLU()), "lazy": torch.nn.LazyLinear(3), "lazy, wider": torch.nn.LazyLinear(4),
        "sgd": torch.optim.SGD(net().parameters(), lr=0.1), "faster": torch.optim.SGD(net().parameters(), lr=0.2), "adam": torch.optim.Adam(net().parameters(), lr=0.1), "lbfgs": torch.optim.LBFGS(net().parameters(), lr=0.1),
        "generator": torch.Generator().manual_seed(1), "other generator": torch.Generator().manual_seed(2), "size": torch.Size([1, 2]), "tuple": (1, 2), "cpu": torch.device("cpu"), "cuda": torch.device("cuda"), "cuda 1": torch.device("cuda", 1),
        "float": torch.float32, "double": torch.float64, "strided": torch.strided, "sparse": torch.sparse_coo, "contiguous": torch.contiguous_format, "last": torch.channels_last,
        "set": torch.utils.data.TensorDataset(BASE), "loader": torch.utils.data.DataLoader(torch.utils.data.TensorDataset(BASE)), "normal": torch.distributions.Normal(0.0, 1.0), "wide normal": torch.distributions.Normal(0.0, 2.0),
    }  # fmt: skip


def test_no_two_different_values_share_a_digest():
    assert [] == alike_in(tensors() | others())


#: What PyTorch cannot copy or pickle, or copies into something else.
NOT_COPIED = {
    "torch.float8_e4m3fn",
    "torch.float8_e5m2",
    "nested",
    "jagged",
    "csr",
    "csc",
    "bsr",
    "generator",
    "other generator",
    "storage",
    "other storage",
}


def test_equal_values_and_copies_have_the_digest():
    again = tensors() | others()
    for name, value in (tensors() | others()).items():
        assert det_hash(value) == det_hash(again[name]), name
        if name not in NOT_COPIED:
            assert {det_hash(value)} == digests(*copies(value)), name


def test_layout_in_memory_does_not_count():
    wide = torch.cat([BASE, BASE], 1)
    same = [
        BASE.clone(),
        BASE.T.contiguous().T,
        wide[:, :7],
        torch.stack([BASE, BASE], 2)[:, :, 1],
        BASE.clone(memory_format=torch.contiguous_format),
    ]
    assert {det_hash(BASE)} == digests(*same)
    image = torch.rand(2, 3, 4, 5)
    assert det_hash(image) == det_hash(image.to(memory_format=torch.channels_last))
    number = torch.rand(3, dtype=torch.complex64)
    assert det_hash(number.conj()) == det_hash(number.conj().resolve_conj())
    assert det_hash(number.conj().imag) == det_hash(number.conj().imag.clone())
    assert det_hash(torch.zeros(4).expand(3, 4)) == det_hash(torch.zeros(3, 4))


@pytest.mark.parametrize("shape", [(1500, 1000), (3, 500_000), (2_000_001,), (1, 1, 1_500_000)], ids=str)
def test_large_tensors_are_read_in_pieces_that_do_not_count(shape):
    """A piece holds 4 MiB."""
    tensor = torch.rand(shape)
    strided = torch.stack([tensor, tensor], -1)[..., 0]
    backwards = tensor.permute(*reversed(range(tensor.dim()))).contiguous().permute(*reversed(range(tensor.dim())))
    expected = det_hash(tensor)
    assert not strided.is_contiguous()
    assert {expected} == digests(strided, backwards)
    strided[tuple(size // 2 for size in shape)] += 1
    assert expected != det_hash(strided)


def test_gradients_and_the_graph_do_not_count_as_no_copy_has_them():
    leaf = torch.ones(3, requires_grad=True)
    before, after = before_and_after(leaf, lambda tensor: (tensor**2).sum().backward())
    assert leaf.grad is not None
    assert before == after
    assert {before} == digests(*copies(leaf))
    assert det_hash(leaf * 2) == det_hash(torch.full((3,), 2.0, requires_grad=True))


def test_using_a_module_counts_only_if_it_changes():
    evaluating = net().eval()
    before, after = before_and_after(
        evaluating, lambda module: module(BASE), lambda module: module(BASE).sum().backward(), repr
    )
    assert before == after
    training = net()
    before, after = before_and_after(training, lambda module: module(BASE))
    assert before != after, "the running mean is another one"
    before, after = before_and_after(net(), lambda module: module.eval(), lambda module: module.train())
    assert before == after
    lazy = torch.nn.LazyLinear(3)
    before, after = before_and_after(lazy, lambda module: module(BASE))
    assert before != after


def test_the_numbers_that_pytorch_gives_hooks_do_not_count():
    """It counts those of all modules in one series."""

    def hooked(function: Any) -> Any:
        module = net()
        module.register_forward_hook(function, with_kwargs=True, always_call=True)
        module.handle = module.register_forward_pre_hook(len)
        return module

    first = hooked(print)
    assert det_hash(first) == det_hash(hooked(print))
    assert det_hash(first) != det_hash(hooked(repr))


@pytest.mark.parametrize("name", ["SGD", "Adam", "AdamW", "LBFGS"])
def test_optimizers_count_by_hyperparameters_parameters_and_what_they_remember(name):
    def stepped(steps: int) -> Any:
        torch.manual_seed(0)
        module = torch.nn.Linear(7, 3)
        optimizer = getattr(torch.optim, name)(module.parameters(), lr=0.0001)

        def closure() -> Any:
            optimizer.zero_grad()
            loss = (module(BASE) ** 2).sum()
            loss.backward()
            return loss

        for _ in range(steps):
            optimizer.step(closure)
        return optimizer

    assert 3 == len(digests(stepped(0), stepped(1), stepped(2)))
    assert {det_hash(stepped(1))} == digests(stepped(1), *copies(stepped(1)))
    optimizer = stepped(1)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 1)
    before, after = before_and_after(scheduler, lambda it: it.step())
    assert before != after


def test_what_an_optimizer_remembers_of_equal_parameters_is_told_apart():
    parameters = [torch.nn.Parameter(torch.zeros(2)) for _ in range(2)]
    optimizer = torch.optim.Adam(parameters)
    first, second = parameters
    optimizer.state[first], optimizer.state[second] = {"step": 1}, {"step": 2}
    before = det_hash(optimizer)
    optimizer.state[first], optimizer.state[second] = {"step": 2}, {"step": 1}
    assert before != det_hash(optimizer)


def test_parametrized_modules_count_by_what_makes_their_weights():
    def normed(function: Any, seed: int = 0) -> Any:
        torch.manual_seed(seed)
        return function(torch.nn.Linear(2, 2))

    weight_norm = torch.nn.utils.parametrizations.weight_norm
    orthogonal = torch.nn.utils.parametrizations.orthogonal
    assert det_hash(normed(weight_norm)) == det_hash(normed(weight_norm))
    assert 3 == len(digests(normed(weight_norm), normed(weight_norm, 1), normed(orthogonal)))


def test_a_subclass_and_what_a_user_hangs_on_a_tensor_count():
    class Marked(torch.Tensor):
        pass

    noted = torch.ones(2)
    noted.note = "a"
    assert 3 == len(digests(torch.ones(2), torch.ones(2).as_subclass(Marked), noted))


def test_compiled_scripts_are_refused():
    assert refusal(torch.jit.script(torch.nn.Linear(2, 2)))


def test_modules_and_frames_inside_of_the_users_object_count():
    class Study:
        def __init__(self, model: Any, data: Any) -> None:
            self.model = model
            self.data = data

    pd = pytest.importorskip("pandas")
    assert det_hash(Study(net(), pd.DataFrame({"a": [1]}))) == det_hash(Study(net(), pd.DataFrame({"a": [1]})))
    assert 3 == len(
        digests(
            Study(net(), pd.DataFrame({"a": [1]})),
            Study(net(1), pd.DataFrame({"a": [1]})),
            Study(net(), pd.DataFrame({"a": [2]})),
        )
    )


def test_using_a_distribution_does_not_count():
    """It keeps every form of its parameters that was asked for."""
    made = torch.distributions
    matrix = torch.eye(2)
    for make, uses in (
        (lambda x: made.Categorical(probs=torch.tensor([x, 1 - x])), ("logits", "mean", "param_shape")),
        (lambda x: made.Bernoulli(logits=torch.tensor(x)), ("probs", "variance")),
        (lambda x: made.MultivariateNormal(torch.zeros(2), x * matrix), ("precision_matrix", "scale_tril")),
    ):
        before, after = before_and_after(make(0.5), *[lambda value, name=name: getattr(value, name) for name in uses])
        assert {before} == {after, det_hash(make(0.5))} != {det_hash(make(0.25))}
    probs = torch.tensor([0.25, 0.75])
    assert 2 == len(digests(made.Categorical(probs=probs), made.Categorical(logits=probs)))

import pytest

from inr_cli.config.compose import compose
from inr_cli.config.errors import ConfigError
from inr_cli.config.words import prepare
from inr_cli.engine.check import check
from inr_cli.engine.refusals import refuse_to_share


@pytest.mark.parametrize(
    ("words", "wrong", "instead"),
    [
        (["init=siren", "activation=relu"], "init=siren", ["activation=relu", "choose"]),
        (["loss=bce", "network.output=linear"], "loss=bce", ["network.output=sigmoid"]),
        (["network.output=sigmoid", "target_range=signed"], "target_range=signed", ["unit", "auto"]),
        (
            ["optimizer=sgd", "optimizer.nesterov=true", "optimizer.momentum=0"],
            "optimizer.nesterov=true",
            ["optimizer.momentum=0.9"],
        ),
        (["encoding=identity", "scale=3"], "scale=3", ["gaussian"]),
        (["init.hidden=zero"], "init.hidden=zero", ["init.last=zero", "init.hidden=torch"]),
        (["init.first=fourier"], "init.first=fourier", ["init.last=fourier", "init.first=torch"]),
        (["init=least_squares", "init.first=null"], "init.first=least_squares", ["init.first=torch"]),
        (["init.last=zero", "network=separable"], "init.last=zero", ["network=separable", "init.last=torch"]),
        (["init.last=least_squares", "loss=bce"], "init.last=least_squares", ["network.output=linear"]),
        (["init=fourier", "network.output=sigmoid"], "init=fourier", ["network.output=linear"]),
        (["init=fourier", "encoding=gaussian"], "init=fourier", ["encoding=gaussian", "choose encoding=lattice"]),
        (["init.last=fourier", "encoding=lattice"], "init.last=fourier", ["network=mlp", "choose network=perceptron"]),
        (["init=fourier", "grid=corner"], "init=fourier", ["grid=corner", "choose grid=centre or left"]),
        (["task=inpaint", "network=cnn", "batch_size=full"], "network=cnn", ["task=inpaint", "network=mlp"]),
        (["task=inpaint", "loss=ssim", "batch_size=full"], "loss=ssim", ["task=inpaint", "choose loss=mse"]),
        (["task=inpaint", "init=fourier"], "init=fourier", ["task=inpaint", "task=interpolate"]),
        (
            ["task=inpaint", "encoding=lattice", "encoding.count=9"],
            "encoding=lattice",
            ["task=inpaint", "encoding.count=null or task=interpolate"],
        ),
        (["task=poisson", "network=cnn", "batch_size=full"], "network=cnn", ["task=poisson", "network=mlp"]),
        (["task=poisson", "loss=ssim", "batch_size=full"], "loss=ssim", ["task=poisson", "loss=mse"]),
        (["task=poisson", "encoding=lattice", "encoding.count=9"], "encoding=lattice", ["encoding.count=null"]),
        (
            ["task=poisson", "init.last=least_squares"],
            "init.last=least_squares",
            ["derivatives only", "init.last=torch"],
        ),
        (["task=poisson", "loss=bce"], "loss=bce", ["derivatives only", "choose loss=mse"]),
        (
            ["task=poisson", "task.supervise=laplacian", "activation=relu"],
            "activation=relu",
            ["second derivative is zero almost everywhere", "task=poisson", "sine", "task.force=true"],
        ),
        (["task=poisson", "task.supervise=both", "activation=selu"], "activation=selu", ["kinks", "sine"]),
        (
            ["task=poisson", "task.supervise=laplacian", "encoding=hash_grid"],
            "encoding=hash_grid",
            ["second derivative", "gaussian", "task.force=true"],
        ),
        (["task=tiles", "size=64"], "size=64", ["task=tiles", "size=null"]),
        (["task=tiles", "crop=square"], "crop=square", ["task=tiles", "crop=null"]),
        (["task=tiles", "grey=true"], "grey=true", ["task=tiles", "grey=false"]),
        (["task=tiles", "sampler=evos"], "sampler=evos", ["task=tiles", "sampler=epoch"]),
        (["task=tiles", "init.last=least_squares"], "init.last=least_squares", ["init.last=torch"]),
        (["task=tiles", "network=cnn"], "network=cnn", ["network=mlp"]),
    ],
)
def test_parts_that_do_not_go_together_are_refused_with_what_to_choose(
    words: list[str], wrong: str, instead: list[str]
) -> None:
    with pytest.raises(ConfigError) as caught:
        check(compose(prepare(words)))
    message = str(caught.value)
    assert message.startswith(wrong)
    assert all(word in message for word in instead)
    assert "\n" not in message
    assert len(message) <= 300


@pytest.mark.parametrize(
    "words",
    [
        ["activation=sine", "init=torch"],
        ["optimizer=sgd", "optimizer.nesterov=true"],
        ["optimizer=sgd", "optimizer.momentum=0"],
        ["init=zero", "init.hidden=normal"],
        ["init=siren", "init.last=least_squares"],
        ["init.last=zero", "loss=bce"],
        ["init=fourier", "grid=left"],
        ["network=perceptron", "encoding=lattice", "init.last=fourier"],
        ["task=inpaint", "init.last=least_squares"],
        ["task=inpaint", "encoding=lattice"],
        ["task=interpolate", "encoding=lattice", "encoding.count=9"],
        ["task=tiles", "sampler=sequential"],
        ["task=poisson", "activation=relu", "encoding=hash_grid"],
        ["task=poisson", "task.supervise=laplacian"],
        ["task=poisson", "task.supervise=laplacian", "activation=relu", "task.force=true"],
        ["task=poisson", "task.supervise=laplacian", "activation=finer"],
        ["task=poisson", "task.supervise=laplacian", "activation=relu", "network=fourier_mfn"],
        ["task=poisson", "task.supervise=laplacian", "activation=relu", "network=gabor_mfn"],
        ["task=poisson", "task.supervise=laplacian", "activation=relu", "network=perceptron", "encoding=gaussian"],
    ],
)
def test_parts_that_do_are_not(words: list[str]) -> None:
    check(compose(prepare(words)))


@pytest.mark.parametrize(
    ("word", "instead"),
    [
        ("network=cnn", "network=mlp"),
        ("loss=ssim", "loss=mse"),
        ("'loss.terms={mse: 1, ssim: 1}'", "loss=mse"),
        ("sampler=evos", "sampler=epoch"),
        ("sampler=soft_mining", "sampler=epoch"),
        ("seconds=5", "steps=1500"),
    ],
)
def test_what_several_processes_cannot_share_is_refused_with_what_they_can(word: str, instead: str) -> None:
    terms = ["loss=sum", "batch_size=full"] if "terms" in word else []
    with pytest.raises(ConfigError, match=rf"; choose {instead}"):
        refuse_to_share(check(compose(prepare([*terms, word.strip("'")]))))
    refuse_to_share(check(compose([])))

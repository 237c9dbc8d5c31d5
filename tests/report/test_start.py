import torch

from inr_cli.report import start


def test_it_is_the_field_that_a_run_begins_with_and_not_compiled(configure, begin) -> None:
    started = start.begin(configure("compile=true"))
    assert started.trained is started.field
    for name, value in begin().field.state_dict().items():
        torch.testing.assert_close(started.field.state_dict()[name], value, rtol=0, atol=0)


def test_the_width_is_that_of_the_run(configure) -> None:
    config = configure()
    config = config.model_copy(update={"network": config.network.model_copy(update={"parameters": 2000})})
    assert abs(start.begin(config).field.count - 2000) < 300

"""The parts of a release that need no release: which file each component is."""

from __future__ import annotations

from typing import Any

import release


def test_each_component_has_the_hash_of_the_file_that_was_installed() -> None:
    components: list[dict[str, Any]] = [{"name": "typing_extensions"}, {"name": "other"}]
    installed = [
        {
            "metadata": {"name": "typing-extensions"},
            "download_info": {"archive_info": {"hashes": {"sha256": "ab" * 32}}},
        }
    ]

    release.add_hashes(components, installed)

    assert components == [
        {"name": "typing_extensions", "hashes": [{"alg": "SHA-256", "content": "ab" * 32}]},
        {"name": "other"},
    ]

"""Prints the first JSON example of a Markdown file. usage: doc-example.py FILE"""

import re
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    print(re.search(r"```json\n(.*?)```", file.read(), re.DOTALL).group(1))

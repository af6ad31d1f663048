"""Validates the parts of DOCX files against the schemas of ECMA-376.

Arguments: the folder of the schemas, then the files. Prints each part that is wrong, and why.
"""

import pathlib
import shutil
import sys
import tempfile
import zipfile

from lxml import etree

NAMESPACE = "http://www.w3.org/XML/1998/namespace"
# The schemas name it without a place.
XML = f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{NAMESPACE}">
<xs:attribute name="lang" type="xs:string"/><xs:attribute name="space" type="xs:NCName"/>
</xs:schema>"""


def schema_of(name):
    if name == "[Content_Types].xml":
        return "opc-xsd/opc-contentTypes.xsd"
    if name.endswith(".rels"):
        return "opc-xsd/opc-relationships.xsd"
    if name.startswith("word/charts/"):
        return "dml-chart.xsd"
    return "wml.xsd" if name.startswith("word/") else None


def main():
    schemas = {}
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder) / "xsd"
        shutil.copytree(sys.argv[1], folder)
        (folder / "xml.xsd").write_text(XML)
        for file in folder.glob("*.xsd"):
            text = file.read_text(encoding="utf-8-sig")
            bare = f'<xsd:import namespace="{NAMESPACE}"/>'
            file.write_text(text.replace(bare, bare[:-2] + ' schemaLocation="xml.xsd"/>'))
        checked = 0
        for file in sys.argv[2:]:
            archive = zipfile.ZipFile(file)
            for name in archive.namelist():
                which = schema_of(name)
                if which is None:
                    continue
                if which not in schemas:
                    schemas[which] = etree.XMLSchema(etree.parse(str(folder / which)))
                part = etree.fromstring(archive.read(name))
                checked += 1
                if not schemas[which].validate(part):
                    print(f"{file}: {name}: {schemas[which].error_log.last_error.message}")
        print(f"{checked} parts")


main()

#!/usr/bin/env python3
"""Times Saxon on the pairs of document and schema of the oracle, as `cargo bench --bench schematron` times conforme.

usage: saxon.py PACK REFERENCE

PACK: the prepared official rules, with the ISO stylesheets they are published with (schematrons/moteur); REFERENCE: the folder
with cda/ and oracle/examples.json. Needs saxonche (PyPI). The schemas are compiled to XSLT and the documents parsed before the
clock starts; the first pass warms up, the second is told. CPU time is told beside wall time: on a loaded machine only the first
means something.
"""
import json, os, shutil, sys, tempfile, time

try:
    from saxonche import PySaxonProcessor
except ImportError:
    sys.exit('saxonche is not installed: nothing to compare with (pip install saxonche)')

FOLDERS = ('', 'profils', 'profils/structurationMinimale', 'profils/terminologies/schematron')


def main(pack, reference):
    with open(os.path.join(reference, 'oracle/examples.json'), encoding='utf-8') as file:
        oracle = json.load(file)
    names = sorted({name for schemas in oracle.values() for name in schemas})
    with tempfile.TemporaryDirectory() as work, PySaxonProcessor(license=False) as saxon:
        # A compiled schema stands beside its source: document() is relative to it.
        root = os.path.join(work, 'schematrons')
        shutil.copytree(pack, work, dirs_exist_ok=True, symlinks=True)
        processor = saxon.new_xslt30_processor()
        stages = [processor.compile_stylesheet(stylesheet_file=os.path.join(root, 'moteur', name))
                  for name in ('iso_dsdl_include.xsl', 'iso_abstract_expand.xsl', 'iso_svrl_for_xslt2.xsl')]
        compiled = {}
        start = time.process_time()
        for name in names:
            source = next(path for folder in FOLDERS
                          if os.path.isfile(path := os.path.join(root, folder, name + '.sch')))
            for number, stage in enumerate(stages):
                result = source.removesuffix('.sch').split('.stage')[0] + f'.stage{number}.sch'
                stage.transform_to_file(source_file=source, output_file=result)
                source = result
            compiled[name] = processor.compile_stylesheet(stylesheet_file=source)
        print(f'{len(names)} schemas compiled: {time.process_time() - start:.1f} s of CPU', flush=True)
        documents = {stem: saxon.parse_xml(xml_file_name=os.path.join(reference, 'cda', stem + '.xml')) for stem in oracle}
        for number in ('warming up', 'warm'):
            wall, cpu, pairs = time.monotonic(), time.process_time(), 0
            for stem, schemas in oracle.items():
                for name in schemas:
                    compiled[name].transform_to_string(xdm_node=documents[stem])
                    pairs += 1
            print(f'{number}: {pairs} pairs, {time.process_time() - cpu:.1f} s of CPU, '
                  f'{time.monotonic() - wall:.1f} s of wall time', flush=True)


if len(sys.argv) != 3:
    sys.exit(__doc__)
main(*sys.argv[1:])

"""The library as files: readable texts, archives, and reading both back.

text.py           a version as a text file, and back; front_matter.py and sections.py are its parts
layout.py         which file of an archive holds what
archive.py        the files of a team's library, from one snapshot of the database
zip_writer.py     an archive of stored files, in constant memory
folder.py         the same files in a folder, for git
sources.py        the files of an archive or folder that anybody may have made, checked
records.py        what those files say, cleaned and checked
importing.py      preview and import: one loop; work.py is what its parts share
shelf.py          things with versions: prompts_in.py has prompts and system prompts
presets_in.py     presets
media_in.py       the files that versions name
rows.py           the rows that an import makes
single.py         the file of one version, as a new prompt or the next version of one
uploads.py        an upload between its arrival and the confirmation
problems.py       sentences about what is wrong
response.py       answers that are files to keep
"""

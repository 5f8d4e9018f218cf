"""Code lists both pure rooms share: words, education, licences, regions. Imports nothing of ours."""

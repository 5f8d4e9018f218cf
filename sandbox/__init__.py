"""A stand-in for the WeChat platform: its API and a phone-like page. Imports no other room of ours."""
